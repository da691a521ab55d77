"""Four processes deliver to one mailbox under locks, while a fifth reads and expunges it."""

import mailbox
import os
import sys

PATH = sys.argv[1] + "/mbox"
PROCESSES, MESSAGES = 4, 40


def deliver(number):
    box = mailbox.mbox(PATH)
    for i in range(MESSAGES):
        while True:
            try:
                box.lock()
                break
            except mailbox.ExternalClashError:
                continue
        try:
            message = mailbox.mboxMessage()
            message["Subject"] = f"{number} {i}"
            message.set_payload("From the start\n" * (i + 1))
            box.add(message)
            box.flush()
        finally:
            box.unlock()
    box.close()


mailbox.mbox(PATH).close()
children = []
for number in range(PROCESSES):
    child = os.fork()
    if child == 0:
        status = 1
        try:
            deliver(number)
            status = 0
        finally:
            os._exit(status)
    children.append(child)
for child in children:
    assert os.waitpid(child, 0)[1] == 0
box = mailbox.mbox(PATH)
subjects = [message["Subject"] for message in box]
expected = [f"{n} {i}" for n in range(PROCESSES) for i in range(MESSAGES)]
assert sorted(subjects) == sorted(expected), (len(subjects), len(expected))
for number in range(PROCESSES):
    mine = [s for s in subjects if s.startswith(f"{number} ")]
    assert mine == [f"{number} {i}" for i in range(MESSAGES)], mine
for key in list(box.keys())[::2]:
    box.remove(key)
box.flush()
box.close()
assert len(mailbox.mbox(PATH)) == PROCESSES * MESSAGES // 2
assert sorted(os.listdir(sys.argv[1])) == ["mbox"], os.listdir(sys.argv[1])
