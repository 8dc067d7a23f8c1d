# 그림: 노드의 역할과 상태, 색의 의미.

graph = 클러스터
graph-nodes = 노드

role-master = 마스터
role-replica = 복제본
mark-frozen = 정지
mark-dead = 종료
mark-crashed = 크래시
mark-removed = 호스트 제거됨
mark-cut = 단절

# 노드를 읽어 줄 때: 주소, 역할, 그 밖의 상태.
node-named = { $ip }, { $role }
node-named-slots = { $ip }, { $role }, 슬롯 { $slots }
node-marked = { $node }, { $marks }

duty-unseen = 서버 없음
duty-was-master = 마스터였음
duty-was-replica = 복제본이었음
duty-master = 마스터 { $slots }
duty-master-empty = 마스터, 슬롯 없음
duty-replica = 복제본
duty-replica-of = { $master }의 복제본
duty-no-slots = 슬롯 없음
duty-of = { $master } 복제
data-link = 연결: { $state }
data-epoch = 에포크 { $epoch }
data-master = 에포크 { $epoch } · 오프셋 { $offset }
data-behind = 오프셋 { $offset } · { $behind } 뒤처짐

caption-asks = 투표 요청 중
caption-votes = { $needed }표 중 { $votes }표
caption-election = { $span } 뒤 선거
caption-held = 쓰기 보류, 최대 { $span }
caption-manual = 수동 페일오버, { $span } 남음
caption-copy = { $span } 뒤 전체 복사
caption-writable = { $span } 뒤 쓰기 재개
caption-suspected-replica = 복제본이 의심함
caption-suspected = 마스터 { $masters }개 중 { $votes }개가 의심
caption-silent = { $span } 동안 응답 없음

ring-cluster = 클러스터
ring-epoch = 에포크 { $epoch }
ring-ok = ok
ring-down = down
ring-split = { $ok }/{ $all } ok

legend = 패킷의 색
legend-beat = 하트비트
legend-data = 복제
legend-vote = 페일오버
legend-fail = 장애
legend-client = 클라이언트
legend-sample = 패킷은 일부만, 느리게 표시
legend-sample-why = 이 속도에서는 패킷이 너무 빨라 보이지 않습니다. 실제 모습을 보려면 0.001×를 고르세요.

span-minutes = { $count }분
