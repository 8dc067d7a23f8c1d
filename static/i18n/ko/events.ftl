# 모든 노드의 결정 기록.

events = 노드가 내린 결정
events-of = 이벤트를 볼 호스트
events-of-all = 모든 호스트
events-none = 아직 없습니다. 마스터를 죽이거나 수동으로 페일오버해 보세요.
