#!/usr/bin/python3
"""A real SMTP server for tests (Debian's python3-aiosmtpd) that misbehaves by recipient.

usage: smtp_peer.py FOLDER   listens on free ports of 127.0.0.1 and writes them, "plain tls", to
FOLDER/ports; with FOLDER/cert.pem and key.pem the second one speaks TLS from the first byte.
Each accepted message becomes FOLDER/N.eml, N from 1, with its envelope on the first line.

  no-such@ 550   later@ 451   full@ 552 after DATA   slow@ waits 2 s   drop@ hangs up before DATA
  swallow@ takes the message, then hangs up unanswered   cut@ hangs up in the middle of DATA
Login keepline / secret.
"""
import asyncio
import os
import ssl
import sys
from aiosmtpd.smtp import SMTP, AuthResult

folder = sys.argv[1]


class Handler:
    count = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        user = address.split("@")[0]
        if user == "no-such":
            return "550 5.1.1 no such user"
        if user == "later":
            return "451 4.7.1 greylisted, try later"
        if user == "slow":
            await asyncio.sleep(2)
        if user == "drop":
            server.transport.abort()
        envelope.rcpt_tos.append(address)
        if user == "cut":
            asyncio.get_running_loop().call_later(0.3, server.transport.abort)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server, session, envelope):
        user = envelope.rcpt_tos[0].split("@")[0]
        if user == "full":
            return "552 5.2.2 mailbox full"
        Handler.count += 1
        path = os.path.join(folder, "%d.eml" % Handler.count)
        with open(path + ".part", "wb") as file:
            who = session.auth_data.decode() if session.authenticated else "-"
            line = "%s %s %s\r\n" % (envelope.mail_from, " ".join(envelope.rcpt_tos), who)
            file.write(line.encode() + envelope.content)
        os.rename(path + ".part", path)
        if user == "swallow":
            server.transport.abort()
        return "250 2.0.0 queued as %d" % Handler.count


def authenticate(server, session, envelope, mechanism, data):
    good = (data.login, data.password) == (b"keepline", b"secret")
    return AuthResult(success=good, handled=False, auth_data=data.login if good else None)


def make():
    return SMTP(Handler(), authenticator=authenticate, auth_require_tls=False)


async def main():
    loop = asyncio.get_running_loop()
    plain = await loop.create_server(make, "127.0.0.1", 0)
    context = None
    if os.path.exists(os.path.join(folder, "cert.pem")):
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(os.path.join(folder, "cert.pem"), os.path.join(folder, "key.pem"))
    tls = await loop.create_server(make, "127.0.0.1", 0, ssl=context)
    path = os.path.join(folder, "ports")
    with open(path + ".part", "w") as file:
        file.write("%d %d\n" % tuple(s.sockets[0].getsockname()[1] for s in (plain, tls)))
    os.rename(path + ".part", path)
    await asyncio.Event().wait()

asyncio.run(main())
