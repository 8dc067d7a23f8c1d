# 콘솔.

console = 콘솔
console-hosts = 호스트
console-output = 출력
console-command = 명령
console-copy = 이 콘솔 내용 모두 복사
console-stopped = 시간이 멈춰 있습니다. 시간이 흐르면 계속됩니다.
console-run = 시간 흐르게 하기
console-stubborn = 이 프로그램이 끝나지 않아 명령을 입력하지 않았습니다.
console-more = 앞에 { $count }줄 더 있음. { $text }
console-find = 호스트 찾기
console-add = 호스트 추가 (host add)
console-gone = 이 호스트는 제거되었습니다.
