# 노드의 결정과 노드에 일어난 일. 해당 호스트 이름 뒤에 이어서 읽는다.

# 이벤트 목록의 한 줄: 누가, 무엇을.
fact-line =
    { $count ->
        [1] { $hosts } { $fact }
       *[other] { $hosts } 각각 { $fact }
    }
# 소리 내어 읽을 때.
fact-said = { $hosts }: { $fact }.

fact-started = redis-server 시작
fact-killed = 강제 종료됨: 프로세스가 메모리와 함께 즉시 사라짐
fact-ended = 종료됨 (상태 코드 { $status })
fact-crashed = 크래시, 이 페이지의 버그: { $message }
fact-frozen = 정지됨(SIGSTOP): 실행은 멈췄지만 소켓은 열려 있음
fact-continued = 다시 실행됨(SIGCONT)
fact-cut = 다른 모든 호스트와 단절됨
fact-reconnected = 다시 연결됨
fact-host-added = 새 호스트로 추가됨
fact-host-removed = 호스트가 통째로 제거됨
fact-shutting-down = 종료 중: { $why }

fact-pfail = 노드 타임아웃 동안 { $node } 응답 없음: 장애 의심(PFAIL)
fact-pfail-over = { $node } 응답 재개: 의심 해제
fact-reported = { $by }도 { $node } 의심: 필요한 마스터 { $needed }개 중 { $reports }개
fact-fail = { $node }에 장애(FAIL) 표시: 마스터 과반이 동의
fact-fail-told = { $by }의 통보로 { $node }에 장애(FAIL) 표시
fact-fail-over = { $node }의 FAIL 해제: 다시 응답함
fact-cluster-ok = 클러스터를 ok로 판단
fact-cluster-down = 클러스터를 down으로 판단, 키 요청 처리 중단

fact-manual = CLUSTER FAILOVER { $mode } 수락
fact-manual-paused = { $node }에서 따라잡을 수 있도록 클라이언트 쓰기 보류
fact-manual-offset = 마스터가 멈춘 오프셋 확인: { $offset }
fact-manual-ready = 마스터의 데이터를 모두 받음: 선거에 나설 수 있음
fact-manual-over = 수동 페일오버 포기: 시간 초과
fact-held = 별도 지시가 있을 때까지 쓰기 보류
fact-held-for = 최대 { $span } 동안 쓰기 보류
fact-released = 보류된 클라이언트 처리 재개

fact-link-resumed = 마스터 복제 재개: 빠진 부분만 받음
fact-link-copied = 마스터 복제 시작: 전체 복사 완료
fact-link-down = 마스터와의 복제 연결 끊김
fact-replica-resumed = { $node }에 빠진 부분만 전송
fact-replica-copied = { $node }에 데이터 전체 전송
fact-replica-lost = 복제본 { $node } 연결 끊김

fact-election-now = 지연 없이 선거 시작 (오프셋 { $offset })
fact-election-planned = { $span } 뒤 선거 예정 (순위 { $rank }, 오프셋 { $offset })
fact-election-rank = 데이터가 더 앞선 복제본이 있음: 순위 { $rank }, 선거 { $span } 연기
fact-election-started = 에포크 { $epoch }: 마스터들에 투표 요청
fact-vote-more = { $node }의 표도 받음
fact-vote = { $node }의 표를 받음: { $needed }표 중 { $votes }표
fact-election-won = 에포크 { $epoch } 선거에서 당선
fact-election-over = 제때 과반을 얻지 못함: 에포크 { $epoch } 선거 종료
fact-voted = 에포크 { $epoch }: { $node }에 투표
fact-vote-refused = { $node }에 대한 투표 거부: { $why }
fact-master = 마스터가 됨
fact-replica = { $node }의 복제본이 됨
fact-config-epoch = config epoch: { $epoch }
fact-slots-moved = 슬롯 { $count }개의 소유자가 { $node } 쪽으로 바뀜
fact-slots-lost = 슬롯 { $count }개의 소유자가 없음

# 앞의 몇 개만 이름을 적는 호스트들.
hosts-more = { $hosts } 외 { $count }개
