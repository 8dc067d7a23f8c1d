# Exercises: the list, the one that is open, what an instructor needs.

workshop = Exercises
workshop-why = Exercises to solve in this lab, step by step
workshop-close = Close the exercises
workshop-resize = Width of the exercises
workshop-list = All exercises
workshop-loading = The exercises are being fetched
workshop-unfetched = The exercises could not be fetched. Is there a network? Load the page again to try once more.
workshop-new-here = New here?
workshop-offer = The first exercise shows you around, in a few minutes.
workshop-offer-begin = Begin with the first exercise
workshop-offer-close = No, thanks

workshop-basic = basic
workshop-intermediate = intermediate
workshop-advanced = advanced
workshop-about = { $level } · { $minutes } minutes · { $steps ->
    [one] one step
   *[other] { $steps } steps
}
workshop-card-about = { $level } · { $minutes } min
workshop-card-after = after { $titles }
workshop-card-english = in English only in part
workshop-card-solved = solved
workshop-card-steps = { $done } of { $of } steps
workshop-solved-count = { $solved } of { $of } solved
workshop-back-to = Back to “{ $title }”
workshop-own-list = Your workshop
workshop-own-list-about = These exercises were chosen for you.
workshop-all = Show all exercises

workshop-pages = Steps
workshop-intro = Start
workshop-end = End
workshop-page = Step { $number }, { $title }: { $state }
workshop-page-done = done
workshop-page-lost = must be done again
workshop-page-present = under way
workshop-page-later = not begun
workshop-page-before = Page before
workshop-page-after = Next page
workshop-pane = Exercise { $done }/{ $of }
workshop-tools = For presenting
workshop-begin = Begin
workshop-preparing = The lab is being prepared
workshop-step-title = { $number }. { $title }
workshop-fallback = This step is not translated in full: what is missing stands here in English.
workshop-checks = What is checked
workshop-open = not yet:
workshop-met = done:
workshop-missed = missed:
workshop-barred = must not happen:
workshop-wrong = Not quite.
workshop-lost = This step is lost.
workshop-step-again = Back to the start of this step
workshop-step-again-why = Time goes back to the moment at which this step began
workshop-again = Start over
workshop-again-why = The whole exercise again, in a fresh lab
workshop-go-on = Go on
workshop-step-done = Step done
workshop-next-step = Next step
workshop-to-closing = To the end
workshop-elsewhere = You are at step { $number } already.
workshop-elsewhere-lost = Step { $number } is lost.
workshop-there = Go there
workshop-hint = Hint
workshop-hint-open = Show a hint
workshop-hint-more = Show another hint
workshop-notes = Notes for whoever presents
workshop-quiz = Question
workshop-right = Right.
workshop-not-right = No.
workshop-run = Run
workshop-run-all = Run all
workshop-run-line = Run { $line }
workshop-any-host = chosen host
workshop-copy = Copy
workshop-copied = Copied

workshop-closing = Solved
workshop-next-exercise = Next: { $title }
workshop-card-label = Solved: { $title }
workshop-card-facts = { $steps ->
    [one] One step
   *[other] { $steps } steps
} · hints: { $hints } · steps begun again: { $again }
workshop-card-name = Your name
workshop-card-save = Save this card

workshop-met-said = Checked: { $text }
workshop-wrong-said = Not quite. { $hint }
workshop-lost-said = This step is lost. { $hint }
workshop-step-done-said = Step done: { $title }.
workshop-solved-said = The exercise is solved.
workshop-again-said = Back at the start of this step.

workshop-instructor = For instructors
workshop-choose = Choose exercises for a workshop
workshop-tick = { $title }, for the workshop
workshop-copy-link = { $count ->
    [one] Copy the link to one exercise
   *[other] Copy the link to { $count } exercises
}
workshop-link-copied = Copied:
workshop-link = Link:
workshop-show-chosen = Show only these
workshop-open-file = Open an exercise of your own
workshop-present = Presenter mode: large type, notes, every step
workshop-present-end = End presenter mode
workshop-handout = Print a handout
workshop-handout-solutions = Print a handout with solutions
workshop-solution = Solution
workshop-progress = Your progress
workshop-progress-about = It is kept in this browser only. Files of exercises can also be dropped here.
workshop-export = Save it as a file
workshop-import = Take it from a file
workshop-imported = { $count ->
    [one] Progress of one exercise was taken in.
   *[other] Progress of { $count } exercises was taken in.
}
workshop-import-refused = This file holds no progress of exercises.
workshop-faults = { $count ->
    [one] This exercise can not be opened. One thing is wrong in its file:
   *[other] This exercise can not be opened. { $count } things are wrong in its file:
}
