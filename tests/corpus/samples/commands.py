import commands, os, popen2, subprocess
from subprocess import check_output as co, run
import paramiko
subprocess.Popen("ls", shell=True)
subprocess.Popen("/bin/ls -l", shell=True)
subprocess.Popen("ls %s" % x, shell=True)
subprocess.Popen(f"ls {x}", shell=True)
subprocess.Popen(["ls", x], shell=True)
subprocess.Popen(x, shell=1)
subprocess.Popen(x, shell=0)
subprocess.Popen(x, shell=[])
subprocess.Popen(x, shell=[1])
subprocess.Popen(x, shell={})
subprocess.Popen(x, shell="True")
subprocess.Popen(x, shell=y)
subprocess.Popen(x, shell=not y)
subprocess.Popen(x, shell=None)
subprocess.Popen(x, shell=False)
subprocess.Popen(
    x,
    stdin=None,
    shell=True
)
subprocess.Popen(**kw)
subprocess.Popen(*args, shell=True)
subprocess.Popen(args=["ls"], shell=False)
subprocess.call("chown * x", shell=True)
subprocess.call(["chmod", "*"])
subprocess.run(["tar", "*", "-x"], shell=True)
os.system("rsync * y")
os.popen("chown a " + "*")
subprocess.getoutput("ls"); subprocess.getstatusoutput(x)
co(["git", "log"]); run("git", check=True); run(["/usr/bin/git"]); run(("git",))
run([x, "git"]); run(["./git"]); run("C:\\git"); run(["C:/git"]); run(b"git")
os.execl("/bin/ls", "x"); os.execvp(x, y); os.spawnlp(os.P_WAIT, "ls"); os.startfile("x.exe"); os.posix_spawn(x)
os.system(x); os.system("ls"); os.system(f"{x}"); os.popen2("ls"); popen2.popen3(x); commands.getoutput("ls")
os.chmod("x", 0o777); os.chmod(x, 0o700); os.chmod(x, stat.S_IRWXU); os.chmod(x, mode=0o777); os.chmod("f", 511)
os.chmod(path="x", mode=0o666); os.chmod("/etc/passwd", 0o755); os.chmod(x, -1); os.chmod(x, key)
Thing(shell=True); thing.run(x, shell=True); thing(
    a,
    shell=True)
client = paramiko.SSHClient()
client.set_missing_host_key_policy(paramiko.AutoAddPolicy)
client.set_missing_host_key_policy(paramiko.client.WarningPolicy())
client.set_missing_host_key_policy(policy=AutoAddPolicy)
client.exec_command(x); client.exec_command("ls", y); client.invoke_shell()
exec(x); exec("x"); exec(x, {}, {}); builtins.exec(x); eval(x); ast.literal_eval(x); self.exec(x); execfile(x)
tempfile.mktemp(); tempfile.mktemp("x"); os.tempnam(); os.tmpnam()
input(x); marshal.load(f); pickle.Unpickler(f).load(); shelve.open(f); dill.loads(x); jsonpickle.decode(x); pandas.read_pickle(f)
assert x, "y"; assert (x,
                       y)
