# The bar at the top: time, seed, language, theme.

time = Time
time-stop = Stop time (Space)
time-go = Let time pass (Space)
time-step = Step
time-step-key = To the next arrival or timer (.)
time-next = To the next decision
time-next-key = To the next decision of a node (N)
time-advance = +10 s
time-advance-why = Let ten seconds pass at once
time-speed = Speed
time-clock = Virtual time since the lab was switched on, and its wall clock (UTC)

pace = pace { $times }
pace-stopped = time stands still
pace-why = The speed that is reached: virtual seconds per second
workers =
    { $count ->
        [0] in the hub
        [one] { $count } node worker
       *[other] { $count } node workers
    }
workers-why = Where the nodes run: each in a worker of its own, or, at a pace beyond what messages between workers allow, in the hub

seed = seed
seed-why = Chance in this lab comes from this number: the same seed and the same actions give the same history
seed-again = Start over
seed-again-why = Start over with the same seed
seed-other = Another seed
seed-other-why = Start over with another seed

language = Language
theme = Light or dark
