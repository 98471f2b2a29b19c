#!/usr/bin/env python
# Structure: nesting, decorators, async code, and positions.
@decorator(eval("a"))
@another
class Outer(Base[eval(x)], metaclass=eval(y)):
    """Doc with password = 'x'."""
    class Inner:
        class Innermost:
            def method(self, password="x"):
                def function(token="y"):
                    class Local:
                        z = eval(w)
                    return Local, exec(self)
                return function
        x = eval(y)

    @property
    async def a(self): return await exec(self)

    @staticmethod
    @decorator(password="z")
    def b(*, secret="q"): return (yield eval(secret))

    if eval(x):
        def c(self): exec(x)
    else:
        for i in eval(y):
            assert i

    x: int = eval(x); y = eval(y)


async def f(a, *b, c=eval(d), **e) -> eval(f):
    async with eval(a) as b, eval(c):
        async for d in eval(e):
            try:
                await eval(f)
            except* (A, eval(g)) as h:
                pass
    return [eval(i) async for j in eval(k) if eval(l)], {eval(m): eval(n) for o in p}, (eval(q) for r in s)


try:
    pass
except:
    pass
try: x
except Exception: pass
try:
    x
except (ValueError, Exception):
    pass
except ValueError as e:
    pass
except Exception as e:
    # why
    pass
else:
    try:
        y
    except Exception:
        ...
finally:
    try:
        z
    except BaseException: pass
while True:
    try:
        x
    except Exception:
        continue
    except ValueError:
        continue
    else:
        continue
match eval(x):
    case [eval(), *_] if eval(y):
        exec(z)
    case {"password": "x", **rest}: exec(
        "é"
    ); exec("😀"), exec(x)
x = f"{eval(a)} {eval(b)!r:>{eval(c)}} {f'{eval(d)}'}" "é" f'{eval(e)}'
x = f"""
{eval(a)}
  é{eval(b)}"""
x = (eval(a) if eval(b) else eval(c)) or not eval(d) and -eval(e) + eval(f)[eval(g):eval(h)].i(*eval(j), **eval(k))
print(lambda: eval(x), *[eval(y)], (lambda a=eval(z): a)(), sep=eval(""),
      é=eval("é"), end=eval(
          "x"
      ))
with eval(a): pass
with (eval(b) as c, eval(d)): exec(e)
global_ = [
    eval(x), "password", {"password": "é" "x"},
    # comment
    eval("""
a"""),
]; exec(global_)
if x: eval(y)
elif z: eval(a)
else: eval(b)
del eval(x)[0], y
raise eval(x) from eval(y)
return_ = (yield)
	
lambda: (yield from eval(x))
class Empty(eval(x)): pass
class OneLine: y = eval(x); z = exec(y)
@eval(x)
def one(): return eval(y)
eval(
)
