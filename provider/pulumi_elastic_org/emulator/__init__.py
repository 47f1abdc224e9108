"""Elastic Cloud on loopback: the API that membership needs, for trying, demonstrating and testing without an account.

```python
with Emulator(ACME) as emulator:
    client = connect(emulator.endpoint, api_key="demo-admin-key")
    emulator.clock.advance(timedelta(hours=73))
```
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
