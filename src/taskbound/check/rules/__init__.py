"""The rules, one a file. Nothing is registered: a class derived from `Rule` in a module here is found.

How to write one. Events (taskbound.check.trace.events): Call, Await, AttributeRead, AttributeWrite, Assign,
NameRead, Return, Yield, Raise, Leave, Define, and the structures Block (one `with` item), Loop, Branch, Try
that hold events in evaluation order. Kinds (taskbound.check.kinds) say what each value is: Session,
SessionFactory, Engine, Transaction, Context, Statement, Option, Result, Rows, Row, Entity, Instance,
FunctionRef, ClassRef, Coroutine, Task, TaskGroup, Collection, Text, Parameter, Outside (a library's),
Constant, UNKNOWN. Sessions are the same where the objects are: `one is other`.

    class UnboundedDelete(Rule):
        code = "TB602"
        name = "unbounded-delete"          # also the folder of its examples: tests/check/examples/unbounded_delete
        confidence = Confidence.HIGH
        summary = "An UPDATE or DELETE without a WHERE"

        def check(self, trace, program):                       # once for each function, nested ones too; also check_module, check_project
            for call in trace.of(Call):                        # every call in order; trace.walk() gives (event, structures around)
                if not call.on(Session, "execute"):            # method of a kind; call.is_("asyncio.gather"): a library's function
                    continue
                statement = call.argument(0, "statement")      # the Kind of an argument, or None
                if isinstance(statement, Statement) and statement.verb == "delete" and not statement.has("where"):
                    yield self.finding(trace.source, call.node, "... fact; cure", flow=(trace.source.step(node, "made here"),))

    call.function / call.cls: the project's function or class called (FunctionFacts, ClassFacts); call.receiver; call.qualname of
    a library's function; call.awaited / call.dropped / call.entered; call.result is a Coroutine where it is not awaited yet,
    call.value what it gives in the end.
    trace.parameters["db"], trace.me (self), trace.returns, trace.yields, trace.function (name, owner, decorators, asynchronous).

    program.trace(function),
    program.traces(): lowered functions; program.summary(function).of(Does.COMMITS): what a function does,
    its callees' doings included, each Fact with .session and .steps. program.done_by(call) lifts the facts of a callee to the call's
    own sessions: `for fact in program.done_by(call): fact.does, fact.session, fact.steps`; for a method of a session it gives what
    the method does, so one loop over calls sees both. program.uses(coroutine_kind) gives the sessions a coroutine will use.
    program.project: resolve names, `mapped(cls)` (columns, relationships), `mro(cls)`, `subclass(cls, "pydantic.BaseModel")`.

    Order along paths ("read after commit"): derive from taskbound.check.trace.flow.Flow, say start/copy/join/event/enter/leave, and
    collect findings in event(); see rules/external_await.py.

Message: a lower-case fact with the user's own names; the cause; the cure; the code in brackets with its
page, as the guard's do: "`db` is used by two children of gather() at once, so ...; give each child a
session of its own"; finding() adds "(TB101, docs/...)". When a fact is not proven, stay silent: UNKNOWN is
no evidence. Lower the confidence with finding(..., confidence=Confidence.LOW).
"""
