"""The simulated world: one emulated organization, one time, and whoever does something in it, call by call."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from elastic_cloud_emulator import Emulator
from elastic_cloud_emulator.roles import RoleSet, parse_role_assignments
from pulumi_elastic_org.model.grants import parse_grants
from pulumi_elastic_org.model.guard_settings import read_guards
from pulumi_elastic_org.model.keys import fingerprint
from pulumi_elastic_org.model.people import email_key, read_applied, read_people
from pulumi_elastic_org.model.single_sign_on import record_name
from tests.simulation.advice import REMOVE_PROVIDER, follow, take_out_again
from tests.simulation.conduct import Conduct, Wanted
from tests.simulation.declared import BREAK_GLASS, DEPLOYMENTS, POOR_KEY, SHORT_KEY, Declared
from tests.simulation.errands import Operator, found, nothing_left
from tests.simulation.hands import act
from tests.simulation.judge import Judge
from tests.simulation.judge_errands import ErrandJudge
from tests.simulation.judge_keys import KeyConduct, KeyJudge
from tests.simulation.judge_sign_on import SignOnConduct, SignOnJudge
from tests.simulation.network import START, Caller, Network
from tests.simulation.pipeline import Access, Killed, Pipeline, Program, run
from tests.simulation.resources import prefix, resources
from tests.simulation.story import Configuring, Errand, Hand, Passing, Runs, Story
from tests.support.clocks import told_by
from tests.support.sign_on import DOMAIN
from tests.trust.organization import ORGANIZATION, roles_json

RUNS_TO_CONVERGE = 2
ROUNDS_OF_ADVICE = 30
_INSTANCE = re.compile(r" [0-9a-f]{8}(?=\])")
"""What tells the API keys of a resource apart, which is another text each time."""
_TO_ROTATE_KEYS = (timedelta(hours=75), timedelta(hours=5))
"""How long time passes in the end: into the rotation of most keys, and over their overlap while the one before still works."""


@dataclass
class Run:
    """A run that is under way.

    Args:
        pipeline: Whose.
        conduct: What the judge knows of it.
        keys: What the judge of keys knows of it.
        sign_on: What the judge of single sign-on knows of it.
        caller: Its process.
        said: What was shown to people.
        reason: Why it failed.
    """

    pipeline: Pipeline
    conduct: Conduct
    keys: KeyConduct
    sign_on: SignOnConduct
    caller: Caller
    said: list[str] = field(default_factory=list)
    reason: str | None = None


@dataclass
class Result:
    """What came of a story.

    Args:
        seed: Of the story.
        calls: How many calls there were.
        violations: What must not have been; empty when all is well.
        told: Who did what, in order.
    """

    seed: int
    calls: int
    violations: list[str]
    told: list[str]


class World:
    """Where a story happens.

    Args:
        story: What happens.
    """

    def __init__(self, story: Story) -> None:
        self.story = story
        self.told: list[str] = []
        self._emulator = Emulator(now=START)
        self._cloud = self._emulator.cloud
        self._cloud.random_bytes = Random(story.seed).randbytes
        self._clock = self._emulator.clock
        self._codes: list[Declared] = [code.first for code in story.codes]
        self._pipelines = [
            Pipeline(f"pipeline {index}", code, f"key-of-pipeline-{index}", f"root{index + 1}@acme.example")
            for index, code in enumerate(story.pipelines)
        ]
        self._found()
        self._judge = Judge(self._cloud)
        self._keys = KeyJudge(self._cloud, self._judge.look)
        self._sign_on = SignOnJudge(self._cloud, self._judge.look, self._keys)
        self._keys.states = [pipeline.state for pipeline in self._pipelines]
        self._under_way: list[Run] = []
        self._seen = 0
        self._network = Network(self._emulator, self._by_hand, self._tell)
        self._errands = ErrandJudge(self._cloud, self._judge)
        self._operators: dict[tuple[str, str, str], Operator] = {}

    def _found(self) -> None:
        cloud = self._cloud
        cloud.add_organization("acme", id=ORGANIZATION)
        keys = {pipeline.user: pipeline.key for pipeline in self._pipelines}
        for email, roles in self.story.members.items():
            cloud.add_member(ORGANIZATION, email, roles_json(roles), key=keys.get(email))
        for pipeline in self._pipelines:
            pipeline.own_key, pipeline.first_key = cloud.keys[pipeline.key].id, pipeline.key
        root = self._pipelines[0].user
        billing = RoleSet(parse_role_assignments(roles_json("billing-admin"), ORGANIZATION))
        cloud.add_key(root, BREAK_GLASS, organization=ORGANIZATION, expires_at=START + timedelta(days=400))
        cloud.add_key(root, SHORT_KEY, organization=ORGANIZATION, expires_at=START + timedelta(days=20))
        cloud.add_key(root, POOR_KEY, organization=ORGANIZATION, roles=billing)
        cloud.publish_txt_record(record_name(DOMAIN), cloud.domain_code(ORGANIZATION, DOMAIN))
        for id_ in DEPLOYMENTS:
            cloud.add_deployment(ORGANIZATION, id_, id=id_)
        for number, owner in enumerate(one for one in self.story.owners if cloud.has_account(one)):
            if number % 2:
                cloud.add_project(ORGANIZATION, "siem", "security", owner=owner)
            else:
                cloud.add_deployment(ORGANIZATION, "owned", owner=owner)
        self._subjects = found(cloud, self.story.errands)
        one_at_a_time = any(errand.what == "transfer before" for errand in self.story.errands)
        self._emulator.switches.one_organization_per_user = one_at_a_time

    def live(self) -> Result:
        """Has everything happen, then lets it come to rest."""
        random.seed(self.story.seed)  # of the waits between attempts
        with ExitStack() as stack:
            stack.enter_context(told_by(self._clock.now))
            self._folder = Path(stack.enter_context(TemporaryDirectory()))
            for step in self.story.steps:
                self._tell(str(step))
                if isinstance(step, Passing):
                    self._clock.advance(timedelta(hours=step.hours))
                    self._keys.by_hand()
                elif isinstance(step, Configuring):
                    self._configure(step)
                elif isinstance(step, Hand):
                    self._by_hand(step.what, step.person, step.other)
                else:
                    self._runs(step)
            if not self._judge.violations:
                self._come_to_rest()
        return Result(self.story.seed, self._network.calls, self._judge.violations, self.told)

    # What happens

    def _by_hand(self, what: str, person: str, roles: str) -> None:
        if act(self._cloud, what, person, roles):
            self._tell(f"somebody {what} {person} {roles}".rstrip())
            self._look_again()

    def _look_again(self) -> None:
        """Takes note of what others than pipelines did."""
        self._judge.by_hand([one.conduct for one in self._under_way])
        self._keys.by_hand(one.keys for one in self._under_way)
        self._sign_on.by_hand(one.sign_on for one in self._under_way)

    def _configure(self, step: Configuring) -> None:
        pipeline = self._pipelines[step.pipeline]
        kept = pipeline.state.get(f"ApiKey {step.key}")
        if kept is None or not (secret := str(kept.outputs["key"])):
            return
        pipeline.needed.add(secret)
        if step.calls and parse_grants(str(kept.outputs["roles"])) >= parse_grants("organization-admin"):
            pipeline.key = secret

    def _runs(self, step: Runs) -> None:
        self._emulator.switches.list_lag_seconds = step.lag
        self._judge.lag = timedelta(seconds=step.lag)
        tasks: list[Callable[[], object]] = []
        for index, revision in step.pipelines:
            pipeline = self._pipelines[index]
            declared = self.story.codes[pipeline.code].at(revision)
            self._codes[pipeline.code] = declared
            tasks.append(partial(self._start, pipeline, declared, preview=step.preview, together=step.seed % 2 == 0))
        tasks += [partial(self._send_out, errand) for errand in step.errands]
        self._network.take(tasks, step.incidents, step.seed)
        self._emulator.switches.list_lag_seconds = 0
        self._clock.advance(timedelta(seconds=step.lag))
        self._judge.lag = timedelta()

    def _start(self, pipeline: Pipeline, declared: Declared, *, preview: bool = False, together: bool = False) -> Run:
        wanted = Wanted.of(declared, self._clock.now())
        own = self._cloud.user(pipeline.user).id
        pipeline.ledger.guards = {
            email_key(str(kept.outputs["email"])): read_guards(kept.outputs, [])
            for kept in pipeline.state.values()
            if "email" in kept.outputs
        }
        pipeline.ledger.before(wanted)
        conduct = self._judge.begin(pipeline.name, own, wanted, pipeline.ledger)
        pipeline.known.members |= declared.members
        pipeline.known.keys |= declared.keys
        key_conduct = KeyConduct(
            pipeline.name,
            pipeline.key,
            frozenset(pipeline.needed),
            dict(declared.keys),
            pipeline.state,
            prefix(pipeline.name),
        )
        pipeline.mappings |= dict(declared.sign_on.mappings).keys() if declared.sign_on else set()
        sign_on = self._sign_on.begin(declared.sign_on, pipeline.mappings, pipeline.state)
        caller = Caller(
            pipeline.name,
            lambda method, path: self._called(under_way, method, path),
            partial(self._judge.answered, conduct),
        )
        under_way = Run(pipeline, conduct, key_conduct, sign_on, caller)

        def begins(_resource: str) -> None:
            sign_on.known = self._sign_on.moment

        self._under_way.append(under_way)
        needed = {fingerprint(key): "the Pulumi configuration elastic-org:apiKey" for key in pipeline.needed}
        patience, transport = self._network.patience(), self._network.transport(caller)
        access = Access(pipeline.key, pipeline.user, patience, transport, needed=needed)
        program = Program(resources(declared, pipeline.name, pipeline.own_key), together=together, preview=preview)
        try:
            under_way.reason = run(access, pipeline.state, program, under_way.said, begins)
        except Killed:
            self._tell(f"{pipeline.name} is killed")
        self._under_way.remove(under_way)
        self._ended(under_way, declared)
        return under_way

    def _ended(self, run_: Run, declared: Declared) -> None:
        pipeline, conduct = run_.pipeline, run_.conduct
        text = "\n".join([*run_.said, run_.reason or "", *(one.shown() for one in pipeline.state.values())])
        if self._shows_a_secret(text):
            self._violated(f"{pipeline.name} shows or keeps a secret")
        if run_.reason and "Traceback" in run_.reason:
            self._violated(f"{pipeline.name} shows a traceback: {run_.reason}")
        if run_.caller.killed:
            pass
        elif run_.reason is None:
            self._tell(f"{pipeline.name} succeeds")
            self._judge.violations += self._judge.succeeded(conduct)
            self._judge.violations += self._sign_on.succeeded(run_.sign_on)
            if not conduct.disturbed:
                self._judge.violations += self._keys.succeeded(run_.keys)
            pipeline.ledger.after_success(conduct)
        else:
            self._tell(f"{pipeline.name} fails: {_INSTANCE.sub(' ...', run_.reason)}")
            pipeline.ledger.accounts = self._kept_accounts(pipeline) | pipeline.ledger.accounts
            pipeline.ledger.after_failure(conduct, self._judge.moment)
            self._judge.violations += self._forgotten(run_)
            self._judge.violations += self._judge.failed(conduct)
            self._judge.violations += self._sign_on.failed(run_.sign_on, run_.reason)
        if not run_.caller.killed:
            self._judge.violations += self._keys.ended(run_.keys)
        if declared.apart:  # who is deleted is let go, whatever failed afterwards
            pipeline.ledger.managed &= {
                email_key(str(one.outputs["email"])) for one in pipeline.state.values() if "email" in one.outputs
            }
        pipeline.ledger.after(conduct)

    @staticmethod
    def _kept_accounts(pipeline: Pipeline) -> dict[str, str]:
        """The accounts in a pipeline's state, by `email_key`: what was done of people is kept, whatever failed afterwards."""
        accounts: dict[str, str] = {}
        for one in (kept.outputs for kept in pipeline.state.values()):
            if "email" in one and one.get("user_id"):
                accounts[email_key(str(one["email"]))] = str(one["user_id"])
            elif "applied" in one and "accounts" in one:
                accounts |= read_applied(one).user_ids
        return accounts

    def _forgotten(self, run_: Run) -> Iterator[str]:
        """Whom a failing run gave something, and did not keep as managed."""
        state = run_.pipeline.state
        known = {email_key(str(one.outputs["email"])) for one in state.values() if "email" in one.outputs}
        if "people" in state:
            known |= set(map(email_key, read_people(state["people"].outputs.get("applied"))))
        standing = {email_key(one.email) for one in self._judge.moment.members.values()}
        standing |= {email_key(one.email) for one in self._judge.moment.invitations.values()}
        for key in sorted((run_.conduct.given & standing) - known):
            yield f"{run_.pipeline.name} failed, and does not know that it gave something to {key}"

    def _called(self, run_: Run, method: str, path: str) -> None:
        """Judges a call that has been made."""
        self._judge.called(run_.conduct, method, path, [one.conduct for one in self._under_way])
        found = [*self._keys.called(run_.keys), *self._sign_on.called(run_.sign_on, method, path)]
        self._judge.violations += [f"{run_.pipeline.name}: {one}" for one in found]

    # Procedures

    def _send_out(self, errand: Errand) -> None:
        """Has an operator start a procedure, or start it again, unless it has ended."""
        subject = (errand.what, errand.person, errand.other)
        user = self._subjects[errand.person]
        operator = self._operators.setdefault(subject, Operator(errand, self._cloud, self._network, self._folder, user))
        if not operator.ended:
            self._do(operator)

    def _do(self, operator: Operator) -> str | None:
        """One run of a procedure; returns why it did not come to its end."""
        conduct, name = self._errands.begin(operator.errand, operator.account), str(operator.errand)

        def called(method: str, path: str) -> None:
            before = self._judge.moment
            self._look_again()
            wrong = self._errands.called(conduct, method, path, before)
            self._judge.violations += [f"{operator.errand}: {one}" for one in wrong]

        said: list[str] = []
        caller = Caller(str(operator.errand), called)
        try:
            reason = operator.run(caller, said)
        except Killed:
            reason = "killed"
        if operator.account is None and operator.begun:
            operator.account = conduct.account
        self._tell(f"{name} ends: {reason}")
        text = "\n".join([*said, reason or "", operator.journal()])
        if self._shows_a_secret(text):
            self._violated(f"{name}: shows or keeps a secret")
        if reason is None and not operator.ended:
            operator.ended = True
            if not conduct.disturbed and not self._judge.lag:
                for one in self._errands.unlike(conduct):
                    self._violated(f"{name}: said that it ended, and {one}")
        return reason

    def _bring_to_an_end(self, operator: Operator) -> None:
        """Has an operator start their procedure again until it ends, following the advice of refusals."""
        for _ in range(ROUNDS_OF_ADVICE):
            reason = self._do(operator)
            if reason is None:
                if operator.errand.what == "consolidate":
                    self._rename(operator.errand)
                return
            if nothing_left(reason):
                return
            if not operator.follow(reason, self._by_hand):
                break
            self._look_again()
        self._violated(f"{operator.errand}: gives no advice that can be followed: {reason}")

    def _rename(self, errand: Errand) -> None:
        """Changes an address in every program that declares it, as a consolidation says."""
        self._tell(f"an operator writes {errand.other} where a program says {errand.person}")
        known = email_key(errand.other) in {email_key(one) for declared in self._codes for one in declared.members}
        for declared in self._codes:
            for written in [one for one in declared.members if email_key(one) == email_key(errand.person)]:
                if known:
                    declared.remove(written)
                else:
                    declared.rename(written, errand.other)

    # The end

    def _come_to_rest(self) -> None:
        """Runs every pipeline without faults until each has reached what it declares, following the advice of refusals."""
        self._tell("nothing goes wrong any more")
        for operator in self._operators.values():
            self._bring_to_an_end(operator)
        if self._judge.violations or not self._converge():
            return
        for passing in _TO_ROTATE_KEYS if any(pipeline.known.keys for pipeline in self._pipelines) else ():
            self._clock.advance(passing)
            self._keys.by_hand()
            if not self._converge():
                return
        for pipeline in self._pipelines:
            wanted = Wanted.of(self._codes[pipeline.code], self._clock.now())
            differing = self._sign_on.differences(self._codes[pipeline.code].sign_on)
            for one in (*self._judge.differences(wanted, pipeline.ledger), *differing):
                self._violated(f"{pipeline.name} does not converge: {one}")
            before = len(self.told)
            last = self._start(pipeline, self._codes[pipeline.code])
            for one in self._keys.left_behind(last.keys, "\n".join(last.said)):
                self._violated(one)
            if writes := [
                line for line in self.told[before:] if re.search(r": (POST|DELETE|PUT|PATCH) (?!.*_search)", line)
            ]:
                self._violated(f"{pipeline.name} has converged, and goes on changing: {writes}")

    def _converge(self) -> bool:
        """Runs until nobody is refused any more, and says whether that came."""
        calm = 0
        for _ in range(ROUNDS_OF_ADVICE + RUNS_TO_CONVERGE):
            refused = False
            for pipeline in self._pipelines:
                key = self._cloud.keys.get(pipeline.key)
                if key is None or (key.expires_at is not None and key.expires_at <= self._clock.now()):
                    pipeline.key = pipeline.first_key
                if pipeline.key not in self._cloud.keys:  # it was deleted, as somebody said that it may be
                    self._cloud.add_key(pipeline.user, pipeline.key, organization=ORGANIZATION)
                    self._keys.by_hand()
                declared = self._codes[pipeline.code]
                ended = self._start(pipeline, declared)
                if ended.reason is not None:
                    refused = True
                    if pipeline.key not in self._cloud.keys:
                        continue  # as above: the run went as far as its key went
                    if REMOVE_PROVIDER in ended.reason and not any(
                        "IdentityProvider" in one.state for one in self._pipelines
                    ):
                        self._by_hand("removes the identity provider", "", "")
                    if not follow(pipeline, declared, ended.reason, self._tell):
                        self._violated(f"{pipeline.name} gives no advice that can be followed: {ended.reason}")
                        return False
                elif pipeline.leaving is not None:
                    refused = True
                    take_out_again(pipeline, declared, self._tell)
            if self._judge.violations:
                return False
            calm = 0 if refused else calm + 1
            if calm == RUNS_TO_CONVERGE:
                break
        return True

    # Small things

    def _shows_a_secret(self, text: str) -> bool:
        tokens = (message.token for message in self._emulator.outbox.messages)
        return any(secret in text for secret in (*self._keys.secrets, *tokens))

    def _tell(self, line: str) -> None:
        """Adds a line to the story, and after it what must not have been."""
        self.told.append(line)
        self.told += [f"!!! {violation}" for violation in self._judge.violations[self._seen :]]
        self._seen = len(self._judge.violations)

    def _violated(self, what: str) -> None:
        self._judge.violations.append(what)
