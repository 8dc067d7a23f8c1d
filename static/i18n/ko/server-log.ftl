# 붙여 넣은 실제 서버 로그.

panel-server-log = 서버 로그
server-log-about = redis-server 로그를 하나 또는 여러 개 붙여 넣으면 페일오버와 관련된 내용을 타임라인으로 보여 줍니다. 로그는 이 탭 밖으로 나가지 않습니다.
server-log-read = 읽기
server-log-all = 모든 줄
server-log-count = 전체 { $all }줄 중 { $shown }줄
server-log-another = 다른 로그
server-log-time = 시각
server-log-after = 간격
server-log-process = 프로세스
server-log-line = 내용
server-log-lanes = 프로세스 { $count }개, { $span } 동안
