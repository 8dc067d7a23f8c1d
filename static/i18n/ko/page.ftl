# 페이지 전체: 시작, 문제, 안내, 바닥글.

page-starting = 시뮬레이터를 시작하는 중
page-opening = 서버 여섯 대를 시작하고 redis-cli --cluster create로 묶는 중
page-below = 그래프 아래에 표시할 것
page-console = 콘솔
page-panels = 패널
page-about = 노드마다 웹 워커 하나에서 실제로 동작하는 Redis Cluster입니다. 일어나지 않은 일은 보여 주지 않습니다. Redis와 제휴하지 않은 프로젝트입니다.

trouble = 랩을 계속할 수 없습니다
trouble-reload = 페이지 다시 불러오기
trouble-builds = 이 페이지의 파일들이 서로 다른 빌드입니다(페이지 { $page }, 허브 { $hub }). 캐시 없이 다시 불러오세요.
trouble-broke = 시뮬레이터가 중단되었습니다: { $why }
trouble-odd = 페이지와 허브의 메시지가 서로 맞지 않습니다: { $why }
trouble-unloaded = 시뮬레이터를 불러오지 못했습니다: { $why }
trouble-worker = 브라우저가 이 페이지의 워커를 시작하지 못했습니다. 모듈 워커가 필요합니다.

guide = 해 보기: { $replica } 콘솔에서 { $failover } 또는 { $master } 콘솔에서 { $kill }
guide-close = 이 안내 닫기

key-space = Space
key-run = 정지/진행
key-step = 한 단계
key-next = 다음 결정
key-speed = 속도
key-host = 호스트
key-console = 콘솔
key-list = 모든 키
