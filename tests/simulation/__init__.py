"""The real lifecycle in a simulated world: one time, and from one number everything that goes wrong, several at once.

    declared        what a program declares, and the lines of it that are changed
    story           what happens, so written down that it can be told, and shortened
    maker           a story out of a seed, before anything happens
    maker_access    the part of it that is about API keys and single sign-on
    maker_errands   the part of it that is about procedures
    chance          what makers share, and the faults that calls meet
    world           where it happens: the emulator in this process, its clock, and rest in the end
    pipeline        a program with the state that an engine keeps of it
    hands           what people do beside the pipelines
    moment          the organization between two calls
    conduct         what a run is told, has seen and has done
    judge           what must hold of people after every call
    judge_keys      what must hold of API keys
    judge_sign_on   what must hold of single sign-on
    resources       what a program registers
    errands         procedures beside the pipelines, killed and gone on with by their journals
    judge_errands   what must hold of procedures
    advice          what an operator changes in a program since a refusal says so
    network         what becomes of a call: turns, faults and kills
    turns           several runs at once, in an order that the seed says
    transport       calls that never leave the process
    search          seed after seed, on all processors
    planted         faults planted in the product, which have to be found
    shrink          the shortest story that goes wrong in the same way
    __main__        `make simulate`

Nothing of the product is replaced: it is given another transport and another clock. The faults and the organization are those of
`tests.trust`.
"""
