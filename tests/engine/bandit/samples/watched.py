import os
audit()
import pickle as p, yaml
from danger import zone as z
audit()
z(1, level=2)
z(
    1,
    level=(
        2),
)
x = "where am I?", ["where"], {"k": "where"}
how_long(); "how long?"; y = "how long?"
fail(); sleep(1); named = 1
sleep(2)  # nosec H007
sleep(3)  # nosec limited


@register("where", a="where")
class Model(Base, mixins.Mixin, option="where"):
    """where"""
    a = "where"; named = audit()

    @property
    def named_method(self, b="where"):
        import yaml as p
        audit()

        class Local(Model):
            c = "where"

            def named_inner(self):
                def named_innermost(): return "where", z(), named
                return f"{self} where", "where" "ever"
        return Local

    async def named_coroutine(self):
        return audit("where")

    class Nested:
        def named_nested(self): return ["where" for self in "where"]


def named_function(): audit()


class Plain:
    def named_plain(self): return "where"


if x:
    class Conditional:
        def named_conditional(self): return "where"
# FORBIDDEN
audit(p.loads(how_long(
    named
)))
