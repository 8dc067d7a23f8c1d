# 그래프 아래의 패널: 이름과 틀.

panels = 패널
panels-share = 패널이 높이의 { $size }를 차지합니다
panels-resize = 패널 높이
panels-widen = 패널을 더 크게
panels-narrow = 그래프를 더 크게
panel-events = 이벤트
panel-clients = 클라이언트
