# 실행 보고서(Markdown).

report-title = Failover Lab: { $scenario }
report-seed = 시드
report-moment = 시점
report-hash = 시점의 해시
report-engine = 엔진
report-link = 링크
report-downtime = 중단 시간
report-no-downtime = 모든 슬롯에 줄곧 도달 가능한 마스터가 있었습니다.
report-gap = { $at }부터 { $length }: 도달 가능한 마스터가 없는 슬롯 최대 { $slots }개
report-writes-unknown = 워크로드를 실행하지 않아 쓰기를 세지 않았습니다.
report-writes = 승인된 쓰기: { $acknowledged }. 실행 중인 모든 복제본에 보존: { $kept }, 미정: { $open }, 유실: { $lost }, 롤백: { $rolledback }.
report-happened = 일어난 일
report-when = 시각
report-where = 호스트
report-what = 내용
report-actions = 실행한 동작
report-no-actions = 없음.
