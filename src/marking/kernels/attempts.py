"""What a student's code must not be able to do, as small programs that try it.

Each is code for a kernel.  If it comes to its end the thing could be done: the sandbox is open
there.  An error, of whatever kind, or the kernel's end means that it could not.  Whatever is tried
does no harm where it works: it touches only what `marking.kernels.trial` laid out for it, whose
places and numbers it finds in `canary`.
"""

from __future__ import annotations

from dataclasses import dataclass

# What every attempt begins with.  A call that the C library reports as failed is an error, too.
PRELUDE = """
import ctypes, glob, mmap, os, platform, signal, socket, sys, time
libc = ctypes.CDLL(None, use_errno=True)
def call(x86_64, aarch64, *arguments):
    number = {"x86_64": x86_64, "aarch64": aarch64}[platform.machine()]
    ctypes.set_errno(0)
    result = libc.syscall(number, *[
        ctypes.c_long(a) if isinstance(a, int) else a for a in arguments])
    if result < 0:
        raise OSError(ctypes.get_errno(), "refused")
    return result
def numbers(*values):
    return ctypes.byref((ctypes.c_uint32 * len(values))(*values))
"""


@dataclass(frozen=True)
class Attempt:
    """`name` completes the sentence "a submission can …"."""

    name: str
    code: str


ATTEMPTS = (
    Attempt("write a file of yours", "open(canary['folder'] + '/written', 'w').close()"),
    Attempt("write over a file of yours", "open(canary['secret'], 'a').close()"),
    Attempt("read a file of yours", "open(canary['secret']).read()"),
    Attempt(
        # the way to Python may lead through it
        "see what your home folder holds",
        "assert set(os.listdir(canary['home'])) - set(canary['way'])",
    ),
    Attempt("change the mode of a file of yours", "os.chmod(canary['secret'], 0o600)"),
    Attempt("change the times of a file of yours", "os.utime(canary['secret'])"),
    Attempt("write into Python's packages", "import numpy; open(numpy.__file__, 'a').close()"),
    Attempt(
        "make a file in the folder of everything",
        "path = '/made-by-a-trial'; open(path, 'x').close(); os.remove(path)",
    ),
    Attempt("read the list of users", "open('/etc/passwd').read()"),
    Attempt(
        "list what the system's other users share",
        "os.listdir('/usr/local/share') + os.listdir('/var')",
    ),
    Attempt(
        "read a library that is the answer",
        "[open(path).read() for path in canary['answers'] or ['/nowhere']]",
    ),
    Attempt(
        "read the environment of the grader",
        "assert canary['name'] in os.environ or open(canary['environment']).read(1)",
    ),
    Attempt(
        "see the grader's process",
        "assert open(canary['command'], 'rb').read() == canary['words']",
    ),
    Attempt("send signals to the grader", "os.kill(canary['process'], 0)"),
    Attempt("become root", "os.setuid(0); assert os.getuid() == 0"),
    Attempt(
        "connect to a server of yours", "socket.create_connection(('127.0.0.1', canary['port']), 2)"
    ),
    Attempt(
        "send a datagram to a server of yours",
        """
link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
link.settimeout(1)
link.connect(("127.0.0.1", canary["datagrams"]))
link.send(b"hello")
link.recv(1)
""",
    ),
    Attempt(
        "connect to a socket in a folder of yours",
        "socket.socket(socket.AF_UNIX).connect(canary['socket'])",
    ),
    Attempt(
        "connect to a socket with a name but no file",
        "socket.socket(socket.AF_UNIX).connect('\\0' + canary['abstract'])",
    ),
    Attempt("open a raw socket", "socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)"),
    Attempt("open a socket for packets", "socket.socket(17, socket.SOCK_RAW, 0)"),
    Attempt("ask the system about its network", "socket.socket(16, socket.SOCK_RAW, 0)"),
    Attempt(
        "open a socket to the machine around this one", "socket.socket(40, socket.SOCK_STREAM)"
    ),
    Attempt("use the keyring of your login", "call(250, 219, 0, -3, 0)"),
    Attempt("leave a key behind", "call(248, 217, b'user', b'left-by-a-trial', b'x', 1, -2)"),
    Attempt("make memory that belongs to no file", "os.close(call(319, 279, b'trial', 0))"),
    Attempt(
        "make memory of System V",
        "number = call(29, 194, 0, 4096, 0o600); call(31, 195, number, 0, 0)",
    ),
    Attempt("share memory that nobody counts", "mmap.mmap(-1, 4096)"),
    Attempt(
        "start a process in a new namespace",
        """
child = call(56, 220, 0x10000000 | signal.SIGCHLD, 0, 0, 0, 0)
if child == 0:
    os._exit(0)
os.waitpid(child, 0)
""",
    ),
    Attempt("prepare a mount", "os.close(call(430, 430, b'tmpfs', 0))"),
    Attempt("let itself be traced", "call(101, 117, 0, 0, 0, 0)"),
    Attempt(
        "read another process's memory",
        "call(310, 270, os.getppid() or 1, 0, 0, 0, 0, 0)",
    ),
    Attempt(
        "load a program into the system's kernel",
        "os.close(call(321, 280, 0, numbers(2, 4, 4, 1, 0, 0), 24))",
    ),
    Attempt(
        "watch the whole machine's events",
        "os.close(call(298, 241, numbers(1, 112, *[0] * 26), 0, -1, -1, 0))",
    ),
    Attempt("use io_uring", "os.close(call(425, 425, 1, numbers(*[0] * 30)))"),
    Attempt("handle page faults itself", "os.close(call(323, 282, 1))"),
    # Late: where this works, what comes after has other rights.
    Attempt("enter a new user namespace", "call(272, 97, 0x10000000)"),
    Attempt("pose as another kind of system", "call(135, 92, 0xFFFFFFFF)"),
    Attempt(
        "leave a core dump",
        """
child = os.fork()
if child == 0:
    os.abort()
assert os.WCOREDUMP(os.waitpid(child, 0)[1])
""",
    ),
    Attempt(
        "write more into a file than is allowed",
        """
path = os.path.join(os.environ["HOME"], "large")
try:
    with open(path, "wb") as file:
        for _ in range(2 * canary["file_bytes"] >> 20):
            file.write(b"x" * (1 << 20))
finally:
    os.remove(path)
""",
    ),
    Attempt("have more memory than is allowed", "x = bytearray(canary['memory'] + (1 << 20))"),
    Attempt(
        "have more memory than is allowed, in several processes",
        """
for _ in range(4):
    if os.fork() == 0:
        x = b"x" * (canary["memory"] // 3)
        time.sleep(canary["seconds"])
        os._exit(0)
time.sleep(canary["seconds"])
""",
    ),
    Attempt(
        "start more processes than are allowed",
        """
for _ in range(canary["processes"] + 8):
    if os.fork() == 0:
        time.sleep(canary["seconds"])
        os._exit(0)
time.sleep(canary["seconds"])
""",
    ),
)

# The first runs in one kernel, the second in its neighbour, with the first one's `places`.
LEAVE = """
places = []
for folder in {os.environ["HOME"], os.getcwd(), "/tmp", "/dev/shm", "/", "/dev", "/submission"}:
    path = os.path.join(folder, canary["name"])
    try:
        open(path, "w").close()
        places.append(path)
    except OSError:
        pass
print(repr(places))
"""
FIND = """
found = 0
for path in canary["places"]:
    try:
        open(path).close()
        found += 1
    except OSError:
        pass
assert found
"""
# Detached from everything, it should end with its kernel all the same.
STAY = """
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execv(sys.executable, ["python", "-I", "-S", "-c", "import time; time.sleep(60)",
                                  canary["name"]])
    os._exit(0)
os.wait()
"""
