# 노드 자세히 보기.

inspector = 노드 { $ip }
inspector-close = 닫기
inspector-close-key = 닫기 (Esc)
inspector-crash = 이 노드의 워커가 중단되었습니다. Redis가 아니라 이 페이지의 버그입니다. 다른 노드는 계속 실행됩니다.
inspector-unseen = 서버가 실행된 적이 없습니다.
inspector-gone = 프로세스가 없습니다. 아래는 마지막으로 알던 내용입니다.

act-kill = 강제 종료
act-shutdown = 정상 종료
act-continue = 다시 실행
act-freeze = 정지
act-restart = 다시 시작
act-failover = 승격
act-cut = 단절
act-cut-how = 네트워크 케이블 뽑기
act-reconnect = 재연결
act-reconnect-how = 케이블 다시 꽂기
act-remove = 호스트 제거
act-add = 호스트 추가
act-links = 링크
act-links-how = 지연, 지터, 손실 …
act-gone = 이 호스트는 제거되었습니다. 과거로 가면 아직 있습니다.

self-id = 노드 ID
self-slots = 슬롯
self-no-slots = 없음
self-config-epoch = config epoch
self-current-epoch = current epoch
self-last-vote = 마지막 투표
self-state = 클러스터 상태
self-offset = 오프셋
self-replid = replid
self-follows = 마스터
self-link = { $master }, { $state }
self-no-link = { $master }, 연결 없음
self-replicas = 복제본
self-replica-behind = { $replica } { $state }, { $bytes } 뒤처짐
self-keys = 키
self-clients = 클라이언트
self-clients-held = { $count }, { $held } 보류

peers = 이 노드가 보는 다른 노드
peers-node = 노드
peers-flags = 플래그
peers-epoch = 에포크
peers-slots = 슬롯
peers-link = 연결
peers-up = 연결됨
peers-down = 끊김
peers-reports = 장애 보고: { $hosts }

timers = 실행 중인 타이머
