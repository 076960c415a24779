// house.mjs - starts the real keepline on loopback with a fresh demo database, and stops it by its pid.
import { spawn, execFileSync } from 'node:child_process';
import dns from 'node:dns';
import { mkdtempSync, rmSync, readdirSync, readFileSync, existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const BIN = process.env.BIN || 'build/keepline';
// Node 18 tries only the first address of localhost, often ::1; a minimal machine has no such name at all.
const { lookup } = dns, lookupSoon = dns.promises.lookup;
const home = name => name === 'localhost' ? '127.0.0.1' : name;
dns.lookup = (name, ...rest) => lookup(home(name), ...rest);
dns.promises.lookup = (name, ...rest) => lookupSoon(home(name), ...rest);

const running = new Set();
process.on('exit', () => { for (const p of running) p.kill('SIGKILL'); });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => { for (const p of running) p.kill('SIGKILL'); process.exit(130); });

export const sleep = ms => new Promise(done => setTimeout(done, ms));

export async function until(what, test, ms = 20000, every = 50) {
  const end = Date.now() + ms;
  for (;;) {
    const got = await test();
    if (got) return got;
    if (Date.now() > end) throw new Error(`not within ${ms} ms: ${what}`);
    await sleep(every);
  }
}

export function freePort() {
  return new Promise((done, fail) => {
    const server = createServer();
    server.on('error', fail);
    server.listen(0, '127.0.0.1', () => { const { port } = server.address(); server.close(() => done(port)); });
  });
}

export function start(command, args, options = {}) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  child.log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', text => { child.log = (child.log + text).slice(-200000); });
  running.add(child);
  child.ended = new Promise(done => child.on('exit', (code, signal) => { running.delete(child); done({ code, signal }); }));
  return child;
}

export async function stop(child, signal = 'SIGTERM') {
  if (!running.has(child)) return child.ended;
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), 15000);
  const end = await child.ended;
  clearTimeout(timer);
  return end;
}

// A mail server that keeps what it gets in a folder.
export async function mailServer() {
  const dir = mkdtempSync(join(tmpdir(), 'keepline-mail-'));
  const child = start('/usr/bin/python3', ['test/peers/smtp_peer.py', dir]);
  await until('mail server', () => existsSync(join(dir, 'ports')));
  const port = readFileSync(join(dir, 'ports'), 'utf8').split(' ')[0];
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails: () => readdirSync(dir).filter(f => f.endsWith('.eml')).sort((a, b) => parseInt(a) - parseInt(b)).map(f => readFileSync(join(dir, f), 'utf8')),
    stop: async () => { await stop(child); rmSync(dir, { recursive: true, force: true }); },
  };
}

export class House {
  static async open({ settings = {}, demo = true, port = 0 } = {}) {
    const house = new House();
    house.dir = mkdtempSync(join(tmpdir(), 'keepline-e2e-'));
    house.data = join(house.dir, 'data');
    house.demo = JSON.parse(execFileSync(BIN, ['init', '--data', house.data, ...(demo ? ['--demo'] : []), '--json'], { encoding: 'utf8' }));
    house.port = port || await freePort();
    house.origin = `http://localhost:${house.port}`;
    house.settings = settings;
    await house.serve();
    return house;
  }

  async serve(extra = {}, diskKb = 0) {
    const env = { ...process.env };
    for (const name of Object.keys(env)) if (name.startsWith('KEEPLINE_')) delete env[name];
    for (const [name, value] of Object.entries({ public_url: this.origin, ...this.settings, ...extra })) env[`KEEPLINE_${name.toUpperCase()}`] = String(value);
    const args = ['serve', '--data', this.data, '--listen', `127.0.0.1:${this.port}`];
    // A disk with so many KB a file left: writes beyond fail as on a full one.
    this.server = diskKb ? start('/bin/bash', ['-c', `trap '' XFSZ; ulimit -f ${diskKb}; exec "$0" "$@"`, BIN, ...args], { env })
      : start(BIN, args, { env });
    await until('the server to be ready', async () => {
      if (this.server.exitCode !== null) throw new Error(`keepline serve ended: ${this.server.log}`);
      return fetch(`${this.origin}/readyz`).then(r => r.ok, () => false);
    }).catch(e => { throw new Error(`${e.message}\n${this.server.log}`); });
  }

  async kill() { await stop(this.server, 'SIGKILL'); }
  // forget: the data directory goes, too
  async close(forget = true) {
    const end = await stop(this.server);
    if (forget) rmSync(this.dir, { recursive: true, force: true });
    return end;
  }

  command(...args) { return execFileSync(BIN, [args[0], ...args.slice(1)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }); }
  apiKey(name = 'test') {
    const text = this.command('key', 'add', '--data', this.data, '--name', name, '--scope', 'orders:write,orders:read,lines:read');
    return text.match(/kl_[0-9A-Za-z_-]+/)[0];
  }

  // One API call; { status, body, headers }.
  async api(key, method, path, body, headers = {}) {
    const answer = await fetch(this.origin + path, {
      method,
      headers: { authorization: `Bearer ${key}`, ...(body ? { 'content-type': 'application/json' } : {}), ...headers },
      body: body ? JSON.stringify(body) : undefined,
    });
    const text = await answer.text();
    let json = null;
    try { json = JSON.parse(text); } catch { /* not JSON: the caller sees null */ }
    return { status: answer.status, body: json, text, headers: answer.headers };
  }
}
