# 타임라인: 노드, 슬롯, 클라이언트 레인.

panel-timeline = 타임라인
timeline = 타임라인
timeline-zoom = 확대·축소
timeline-zoom-in = 확대 (+)
timeline-zoom-out = 축소 (-)
timeline-whole = 전체
timeline-compare = 비교할 분기
timeline-compare-none = 없음
timeline-slots = 담당 슬롯
timeline-clients = 대기 클라이언트
timeline-master = 마스터
timeline-replica = 복제본
timeline-frozen = 정지
timeline-failed = FAIL
timeline-cut = 격리
timeline-epoch = e{ $epoch }
timeline-election = 선거 { $epoch }
timeline-requests = 요청
timeline-scale = 가장 높은 막대: { $seconds }초에 { $most }건
timeline-outcome = { $name }: { $number } ({ $from } – { $to })
timeline-refused-about = 오류 응답이거나 보낼 서버가 없음
