# 단축키 목록과 브라우저에 저장되는 페이지 사본.

keys = 단축키
keys-button = 단축키 (?)
keys-close = 닫기
keys-anywhere = 입력란 밖 어디서나
keys-run = 시간 흐르게 하기/멈추기
keys-step = 다음 도착 또는 타이머까지
keys-next = 노드의 다음 결정까지
keys-speed = 느리게, 빠르게
keys-host = 해당 호스트의 콘솔
keys-console = 콘솔 입력란으로
keys-tab = 다음 컨트롤로
keys-escape = 열린 것 닫기
keys-list = 이 목록
keys-in-console = 콘솔에서
keys-enter = 입력한 줄 실행
keys-complete = 단어 완성. 빈 줄에서는 다음 컨트롤로
keys-history = 이전/이후에 입력한 줄
keys-interrupt = 프로그램 중단
keys-leave = 빈 줄에서 프로그램 나가기
keys-clear = 콘솔 지우기
keys-edit = 줄 처음, 줄 끝, 앞부분 삭제, 뒷부분 삭제
keys-out = 이전 컨트롤로
keys-in-tabs = 탭과 속도에서
keys-beside = 옆의 것
keys-ends = 처음, 마지막
keys-in-graph = 노드와 손잡이에서
keys-inspect = 노드 열기
keys-resize = 패널 높이 늘리기/줄이기

update = 이 페이지의 새 버전이 준비되었습니다.
update-now = 지금 불러오기
update-later = 나중에
keys-present = 실습의 이전 쪽/다음 쪽 (발표 모드)
