"""Elastic Cloud on loopback: the API that membership needs, for trying, demonstrating and testing without an account.

```python
with Emulator(ACME) as emulator:
    client = connect(emulator.endpoint, api_key="demo-admin-key")
    emulator.clock.advance(timedelta(hours=73))
```

    server, wire, gateway       from start to stop: HTTP on loopback, and what stands in front of the API
    api/, console/              what programs and what people see
    cloud                       the whole state: `model` its records, `directory`, `people`, `roles`, `resources`, `outbox`,
                                `single_sign_on` what may be done with them, `errors` and `validation` how it refuses
    seed, acme.yaml             what there is at first
    control                     its own controls over HTTP, which `same_origin` keeps other sites away from
    clock, switches, faults, lag, calls, watcher    what a test moves, chooses, breaks and sees

Knows nothing of the rest of this package; what it answers is held to Elastic's published descriptions.
"""

from .calls import Call, Calls
from .clock import Clock
from .cloud import Cloud
from .errors import ApiError
from .faults import Fault, FaultKind, Faults
from .gateway import ConnectionDropped
from .outbox import Message, Outbox
from .seed import ACME, Seed, SeedError, load_seed
from .server import Emulator
from .switches import Switches
from .watcher import Exchange, Watcher

__all__ = [
    "ACME",
    "ApiError",
    "Call",
    "Calls",
    "Clock",
    "Cloud",
    "ConnectionDropped",
    "Emulator",
    "Exchange",
    "Fault",
    "FaultKind",
    "Faults",
    "Message",
    "Outbox",
    "Seed",
    "SeedError",
    "Switches",
    "Watcher",
    "load_seed",
]
