# 위쪽 막대: 시간, 시드, 언어, 테마.

time = 시간
time-stop = 시간 멈추기 (Space)
time-go = 시간 흐르게 하기 (Space)
time-step = 한 단계
time-step-key = 다음 도착 또는 타이머까지 (.)
time-next = 다음 결정까지
time-next-key = 노드의 다음 결정까지 (N)
time-advance = +10초
time-advance-why = 10초를 한 번에 보내기
time-speed = 속도
time-clock = 랩이 켜진 뒤의 가상 시간과 그 안의 시계(UTC)

pace = 실제 { $times }
pace-stopped = 시간 멈춤
pace-why = 실제로 도달한 속도: 1초당 가상 초
workers =
    { $count ->
        [0] 허브에서 실행
       *[other] 노드 워커 { $count }개
    }
workers-why = 노드가 실행되는 곳: 노드마다 별도 워커, 또는 워커 간 메시지로 따라갈 수 없는 속도에서는 허브

seed = 시드
seed-why = 이 랩의 모든 우연은 이 숫자에서 나옵니다. 시드와 조작이 같으면 결과도 같습니다.
seed-again = 처음부터
seed-again-why = 같은 시드로 처음부터
seed-other = 다른 시드
seed-other-why = 다른 시드로 처음부터

language = 언어
theme = 밝게 또는 어둡게
