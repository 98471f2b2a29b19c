from django.utils import safestring
from django.utils.safestring import mark_safe, SafeText as ST, SafeString
import django.utils.safestring as ss
a = "constant"
b = a
c = user_input
d = "x {}".format(a)
mark_safe(a); mark_safe(b); mark_safe(c); mark_safe(d); mark_safe(undefined); mark_safe("x"); mark_safe(f"{a}"); mark_safe(a + b)
mark_safe("x %s" % a); mark_safe("x %s %s" % (a, "y")); mark_safe("x %s" % c); mark_safe("x {}".format(c)); mark_safe("{}".format("y", *["z"]))
safestring.mark_safe(a); ss.SafeText(c); ST(c); SafeString(c); safestring.SafeBytes(
    c,
)


def f(p, q="x"):
    r = "y"
    mark_safe(p); mark_safe(q); mark_safe(r); mark_safe(a); mark_safe("{}".format(p)); mark_safe("%s" % r)
    if p:
        s = "z"
    else:
        s = p
    mark_safe(s)
    for t in p:
        u = "v"
        mark_safe(t); mark_safe(u)
    with open(p) as w:
        mark_safe(w)
    try:
        v = "a"
    except E:
        v = "b"
    finally:
        pass
    mark_safe(v)
    x, y = "a", p
    mark_safe(x); mark_safe(y)
    z = "a"
    z += p
    mark_safe(z)
    (lambda: mark_safe(r))()
    return [mark_safe(i) for i in p]


async def g():
    r = "y"
    return mark_safe(r)


class C:
    a = "x"
    r = mark_safe(a); s = mark_safe(r); t = mark_safe(c)

    def m(self, n):
        return mark_safe(n), mark_safe(a), mark_safe(self.a)

    o = "y"
    o2 = mark_safe(o)
    q = "z"; q2 = mark_safe(q)


if c:
    e = "x"
    mark_safe(e)
elif mark_safe(b):
    e = "y"
mark_safe(e)
for e in mark_safe(a), mark_safe(c): mark_safe(e)
while c: h = "x"; mark_safe(h)
try:
    i = "x"
except Exception:
    i = c
mark_safe(i)
j = k = "x"
mark_safe(j); mark_safe(k)
l: str = "x"
mark_safe(l)
