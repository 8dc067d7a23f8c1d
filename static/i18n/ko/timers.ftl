# 실행 중인 타이머의 용도와 패킷의 이름.

timer-node-timeout = { $node }의 PONG 대기
timer-handshake = { $node } 핸드셰이크
timer-failure-report = { $node } 장애 보고 유효
timer-fail-clear = { $node }의 FAIL 해제 가능
timer-blacklist = { $node } 재등록 금지
timer-writable = 쓰기 재개
timer-election-start = 선거 시작
timer-election-expiry = 표 유효 기한
timer-election-retry = 다음 선거 가능 시점
timer-vote = { $node } 건에 다시 투표 가능
timer-manual-failover = 수동 페일오버 포기
timer-client-pause = 쓰기 보류 중
timer-repl-ping = 다음 복제 PING
timer-repl-ack = 다음 REPLCONF ACK
timer-repl-timeout = 복제 연결을 끊긴 것으로 판단
timer-repl-connect = 마스터에 연결
timer-repl-sync = 전체 복사 시작
timer-shutdown = 종료 대기 마감

flight-auth-request = 투표 요청
flight-auth-ack = 표
flight-replication = 복제
flight-client = 클라이언트
