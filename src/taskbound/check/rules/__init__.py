"""The rules, one a file. Nothing is registered: a class derived from `Rule` in a module here is found.

How to write one. Events (taskbound.check.trace.events): Call, Await, AttributeRead, AttributeWrite, Assign,
NameRead, Return, Yield, Raise, Leave, Define, and the structures Block (one `with` item), Loop, Branch,
Try, which hold events in the order of evaluation. Kinds (taskbound.check.kinds) say what each value is:
Session, SessionFactory, Engine, Transaction, Context, Statement, Option, Result, Rows, Row, Entity,
Instance, FunctionRef, ClassRef, Coroutine, Task, TaskGroup, Collection, Text, Parameter, Outside (a
library's), Constant, UNKNOWN. Sessions are the same where the objects are.

    class UnboundedDelete(Rule):
        code = "TB602"
        name = "unbounded-write"  # its examples are in tests/check/examples/unbounded_write
        confidence = Confidence.HIGH
        summary = "A DELETE without a WHERE"

        def check(self, trace, program):  # each function, nested ones too; also check_module, check_project
            for call in trace.of(Call):  # or trace.walk(): every event with the structures around it
                if not call.on(Session, "execute"):  # call.is_("asyncio.gather") is for a library's function
                    continue
                statement = call.argument(0, "statement")  # a kind, or None
                if isinstance(statement, Statement) and statement.verb == "delete":
                    if not statement.has("where"):
                        yield self.finding(trace.source, call.node, "delete() has no where(); say which rows")

Of a call: `function` or `cls` (FunctionFacts, ClassFacts) where it is the project's, `qualname` of a
library's, `receiver`, `awaited`, `dropped` (a statement of its own), `entered` (a `with` item), `result` (a
Coroutine until it is awaited) and `value` (what it gives in the end). Of a trace: `parameters["db"]`, `me`
(self), `returns`, `yields`, `function`.

What happens, here or in a callee: `program.done(event, trace.source)` gives facts, each with `does`
(Does.COMMITS), `session` (the caller's own, None for one that a callee opens), `steps` (the flow),
`certain` and `last` (the event that does it). `program.done_by(call, source)` is the same for a call that
is not awaited yet, `program.uses(coroutine, source)` the sessions that it will use,
`program.summary(function).of(Does.WAITS)` what a function does in its own terms. `program.project`:
`mapped(cls)` (columns, relationships), `mro(cls)`, `subclass(cls, "pydantic.BaseModel")`, `dotted(module,
node)`.

Order along paths ("read after commit"): derive from taskbound.check.trace.flow.Flow; external_await is an
example.

A message is a lower-case fact in the user's own names, the cause, and the cure; finding() adds the code and
its page. What is not proven is no evidence: stay silent on UNKNOWN, or give a lower `confidence` to
finding().
"""
