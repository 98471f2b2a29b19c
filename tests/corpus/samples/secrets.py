"""Hard-coded passwords, addresses and paths in every position that Bandit looks at."""
password = "a"
PASSWORD: str = "b"
self.passwd = token = "c"
pass_word, secret = "d", "e"
settings["password"] = "f"
settings["token"]["x"] = "g"
settings[0] = "h"
if password == "i" or "j" == secret or obj.token != "k":
    pass
d = {"password": "l", "pwd": b"m", secret: "n", "nested": {"token": "o", **rest}, "password": x}
e = dict(password="p", user="q", token=None, secret="")
call(1, password="r", passphrase=b"s", password_file=u"t")
call(password="")


def f(a, password="u", *, secret_key="v", token=None, pwd="", b="w"): return password


def g(password, /, token="x", *args, passwd=b"y", **kw): pass


async def h(password="z"):
    def inner(token="aa", x=1): pass
    lambda secret="bb": secret
    return inner


class C:
    password = "cc"
    secret: str = "dd"

    def m(self, token="ee"):
        self.password = "ff"
        return self.password == "gg"


password = f"hh{x}"
password = "ii" "jj"
password = """kk
ll"""
password = (
    "mm"
)
password = x = y["token"] = "nn"
password += "oo"
(password := "pp")
for password in "qq", "rr": pass
host = "0.0.0.0"
s.bind(("0.0.0.0", 80)); s.bind(("::", 80)); s.bind((f"0.0.0.0", 80))
"""0.0.0.0"""
paths = ["/tmp", "/var/tmp/x", "/dev/shm/y", "/tmpx", "tmp/", f"/tmp/{x}", b"/tmp/z", "a/tmp"]
open("/tmp/é😀", "w"); "password"; x = "/tmp/1", "/var/tmp"
match password:
    case "ss": pass
    case {"token": "tt"}: pass
print("password" in x, x["password"], "password" == x)
