# nosec
import subprocess  # nosec
import pickle  # nosec B403
import marshal  # nosec B404, B403
import telnetlib  # noqa: F401  # nosec: B401 - needed
import ftplib  #nosec import_ftplib
from xml.etree import ElementTree  # NOSEC B405 B314

exec(x)  # nosec: exec_used
exec(x)  # nosec B101
exec(x)  # nosec B999 nothing
exec(x)  # nosec,B102
exec(x)  # nosec(why)
exec("""
# nosec
""")
exec(
    x  # nosec
)
exec(  # nosec B102
    x
)
exec(
    x
)  # nosec B102
subprocess.Popen(  # nosec B602
    "ls",
    shell=True,  # nosec B607
)
subprocess.Popen(
    "ls",
    shell=True,  # nosec B602
)
requests.get(
    url,  # nosec B113
    verify=False,  # nosec B501
)
requests.get(
    url,
    verify=False,  # nosec B501
)
SECRETS = {  # nosec B105
    "password": "one",
    "token": "two",  # nosec
    "secret":  # nosec B106
        "three",  # nosec B105
    "other": "/tmp/x",  # nosec B108
}
password = ("four"  # nosec B101
            "five")  # nosec B105
login(
    password="six",  # nosec B106
    token="seven",
)


def f(password="eight",  # nosec B107
      token="nine"):
    # nosec
    assert password  # nosec
    try:
        g()
    except Exception:  # nosec B110
        pass
    try:
        g()
    # nosec
    except Exception:
        pass  # nosec
    for i in x:
        try:
            g()
        except:
            continue  # nosec B112
    return f"SELECT * FROM t WHERE a = {x}"  # nosec B608


class A:  # nosec
    @decorator(eval(x))  # nosec
    def m(self, token="x"):
        return eval(x)

    y = mark_safe(  # nosec
        x
    )


text = "# nosec"; eval(x)
text = '''# nosec
'''; eval(x)
eval(x) \
    + eval(y)  # nosec
