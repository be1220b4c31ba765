// Gets what `npm start`, `npm test`, `npm run bench` and `npm run package` need and the machine lacks: the packages of the lockfile (Node 24
// among them), a VS Code to run the extension in, a Chromium to show it. Runs on the machine's own Node (20 or newer)
// with nothing installed, so it imports Node's modules only.
//
//   node test/host/prepare.mjs start|test|bench|package
//
// HOTFRAME_HOST=desktop|code-server chooses the VS Code; without it a desktop one is taken where there is a display.
// HOTFRAME_CHROMIUM names a Chromium that lies elsewhere. What was found is written to .vscode-test/host.json.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');
const isWindows = process.platform === 'win32';
const needsNode = [22, 19];
const codeServerVersion = '4.139.1';
const vscodeTest = join(root, '.vscode-test');
const codeServer = join(vscodeTest, `code-server-${codeServerVersion}`);

/** An end that needs no stack: what is missing, and what the person can do. */
class Missing extends Error {}

const say = (text) => console.log(`[prepare] ${text}`);

/** npm's own settings stay; what `npm run` says about *this* package would confuse an npm that works elsewhere. */
function childEnv() {
  const own = /^(npm_(package|lifecycle|command|node_execpath|config_local_prefix)|INIT_CWD$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
}

/** The program that `run` waits for. */
let current;

/** Runs a program with its output shown; rejects unless it exits with 0. */
function run(command, args, { cwd = root, quiet = false, shell = false } = {}) {
  return new Promise((done, fail) => {
    const child = spawn(command, args, {
      cwd,
      env: childEnv(),
      shell,
      stdio: ['inherit', quiet ? 'pipe' : 'inherit', 'inherit'],
    });
    current = child;
    child.stdout?.resume();
    child.once('error', fail);
    child.once('close', (code, signal) => {
      if (code === 0) done();
      else fail(new Missing(`${[command, ...args].join(' ')} ended with ${signal ?? `code ${code}`} in ${cwd}`));
    });
  });
}

function npm(args, options) {
  const cli = process.env.npm_execpath;
  if (cli?.endsWith('npm-cli.js')) return run(process.execPath, [cli, ...args], options);
  return run(isWindows ? 'npm.cmd' : 'npm', args, { ...options, shell: isWindows });
}

// --- packages

/** Why node_modules does not hold what the lockfile says, or undefined. npm writes the hidden lockfile last. */
function whyStale() {
  const hidden = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(hidden)) return 'node_modules is not there or not whole';
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(readFileSync(hidden, 'utf8')).packages;
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '') continue;
    const found = installed[path];
    if (found === undefined && entry.optional) continue;
    if (found?.version !== entry.version || found?.integrity !== entry.integrity) {
      return `${path} should be ${entry.version}, is ${found?.version ?? 'missing'}`;
    }
  }
  return undefined;
}

const isNodeEnough = ([major, minor]) => major > needsNode[0] || (major === needsNode[0] && minor >= needsNode[1]);
const versionOf = (text) => text.replace(/^v/, '').split('.').map(Number);

/** The project's own Node 24, or the machine's where it is new enough and install scripts are off. */
function projectNode() {
  const own = join(root, 'node_modules', 'node', 'bin', isWindows ? 'node.exe' : 'node');
  const answer = existsSync(own) ? spawnSync(own, ['--version'], { encoding: 'utf8' }) : undefined;
  if (answer?.status === 0 && isNodeEnough(versionOf(answer.stdout.trim()))) return own;
  if (isNodeEnough(versionOf(process.version))) {
    say(`node_modules has no Node of its own; this machine's ${process.version} is used.`);
    return process.execPath;
  }
  throw new Missing(
    `node_modules holds no Node 24: the package "node" fetches it in an install script, and install scripts seem to be ` +
      `disabled here (npm config get ignore-scripts).\nRun  npm rebuild node --ignore-scripts=false  in ${root}, or put ` +
      `a Node of at least ${needsNode.join('.')} first on PATH.`,
  );
}

async function preparePackages() {
  const why = whyStale();
  if (why !== undefined) {
    say(`npm ci: ${why} (about half a minute)`);
    // The machine's Node may be older than what is installed wants, and npm warns of each: it is not the one that runs it.
    await npm(['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  }
  return projectNode();
}

// --- Chromium

function onPath(names) {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
}

function findChromium() {
  const named = process.env.HOTFRAME_CHROMIUM;
  if (named !== undefined) {
    if (!existsSync(named)) throw new Missing(`HOTFRAME_CHROMIUM names ${named}, which is not there.`);
    return named;
  }
  if (process.platform === 'darwin') {
    return ['Google Chrome', 'Chromium', 'Microsoft Edge']
      .map((app) => `/Applications/${app}.app/Contents/MacOS/${app}`)
      .find((path) => existsSync(path));
  }
  if (isWindows) {
    const bases = ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA']
      .map((name) => process.env[name])
      .filter(Boolean);
    return ['Google\\Chrome\\Application\\chrome.exe', 'Microsoft\\Edge\\Application\\msedge.exe']
      .flatMap((tail) => bases.map((base) => join(base, tail)))
      .find((path) => existsSync(path));
  }
  return onPath(['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'microsoft-edge']);
}

/** Debian's chromium is the browser itself; Ubuntu's only points at a snap, which no script should install. */
function isDebian() {
  if (onPath(['apt-get']) === undefined || !existsSync('/etc/os-release')) return false;
  return /^ID="?debian"?$/m.test(readFileSync('/etc/os-release', 'utf8'));
}

async function agrees(question) {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return !/^\s*n/i.test(await terminal.question(`[prepare] ${question} [Y/n] `));
  } catch (error) {
    // Ctrl-C is a no.
    if (error.name === 'AbortError') return false;
    throw error;
  } finally {
    terminal.close();
  }
}

async function prepareChromium() {
  const found = findChromium();
  if (found !== undefined) return found;
  if (!isDebian()) {
    throw new Missing(
      'No Chromium was found to show VS Code in. Install Google Chrome, Chromium or Microsoft Edge, or name one with ' +
        'HOTFRAME_CHROMIUM=/path/to/it.',
    );
  }
  const install = ['install', '--yes', '--no-install-recommends', 'chromium', 'fonts-liberation'];
  const command = `apt-get update && apt-get ${install.join(' ')}`;
  if (process.getuid?.() !== 0) {
    throw new Missing(
      `No Chromium was found to show VS Code in. Install it with\n  sudo sh -c '${command}'\nand repeat.`,
    );
  }
  if (process.stdin.isTTY && process.stdout.isTTY) {
    if (!(await agrees(`Chromium is missing. Install Debian's (${command})?`))) {
      throw new Missing(`Without Chromium there is no VS Code to show. Install it with\n  ${command}\nand repeat.`);
    }
  } else {
    say(`Chromium is missing: ${command}`);
  }
  process.env.DEBIAN_FRONTEND ??= 'noninteractive';
  await run('apt-get', ['update'], { quiet: true });
  await run('apt-get', install, { quiet: true });
  const installed = findChromium();
  if (installed === undefined) throw new Missing('apt-get installed chromium, but no chromium is on PATH.');
  return installed;
}

/** ffmpeg judges finished files; tests that need it are skipped without it, and say so. */
async function prepareFfmpeg() {
  if (onPath(['ffmpeg']) !== undefined && onPath(['ffprobe']) !== undefined) return;
  const install = ['install', '--yes', '--no-install-recommends', 'ffmpeg'];
  const command = `apt-get update && apt-get ${install.join(' ')}`;
  if (!isDebian() || process.getuid?.() !== 0) {
    say(`ffmpeg is missing: tests that judge finished files by it are skipped. On Debian: ${command}`);
    return;
  }
  if (process.stdin.isTTY && process.stdout.isTTY) {
    if (!(await agrees(`ffmpeg is missing, by which finished files are judged. Install Debian's (${command})?`)))
      return;
  } else {
    say(`ffmpeg is missing: ${command}`);
  }
  process.env.DEBIAN_FRONTEND ??= 'noninteractive';
  await run('apt-get', ['update'], { quiet: true });
  await run('apt-get', install, { quiet: true });
}

// --- VS Code

const partial = `${codeServer}.partial-`;

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Removes what interrupted installs left; one that still runs elsewhere keeps its folder. */
function sweepPartials() {
  for (const name of readdirSync(vscodeTest)) {
    const path = join(vscodeTest, name);
    if (path.startsWith(partial) && !isAlive(Number(path.slice(partial.length)))) {
      rmSync(path, { recursive: true, force: true });
    }
  }
}

/** Installed beside its place and moved there when whole, so that an interrupted install is never taken for one. */
async function prepareCodeServer() {
  mkdirSync(vscodeTest, { recursive: true });
  sweepPartials();
  const home = join('node_modules', 'code-server');
  if (existsSync(codeServer)) return join(codeServer, home);
  say(`VS Code for headless machines (npm package code-server ${codeServerVersion}, into .vscode-test; about 40 s)`);
  const folder = `${partial}${process.pid}`;
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  const stop = (signal) => {
    current.once('close', () => {
      remove();
      process.exit(signal === 'SIGINT' ? 130 : 143);
    });
    current.kill(signal);
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop);
  try {
    mkdirSync(folder);
    writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
    // With install scripts it would compile native modules for minutes; the ones used here come compiled.
    const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    await npm(['install', ...flags, `code-server@${codeServerVersion}`], { cwd: folder, quiet: true });
    const vscode = join(folder, home, 'lib', 'vscode');
    await npm(['install', '--omit=dev', ...flags], { cwd: vscode, quiet: true });
    await npm(['install', '--omit=dev', ...flags], { cwd: join(vscode, 'extensions'), quiet: true });
    if (!existsSync(codeServer)) renameSync(folder, codeServer);
  } finally {
    remove();
    for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, stop);
  }
  return join(codeServer, home);
}

function wantedHost() {
  const named = process.env.HOTFRAME_HOST;
  if (named === 'desktop' || named === 'code-server') return named;
  if (named !== undefined) throw new Missing(`HOTFRAME_HOST is "${named}"; it can be "desktop" or "code-server".`);
  if (process.platform !== 'linux') return 'desktop';
  return process.env.DISPLAY || process.env.WAYLAND_DISPLAY ? 'desktop' : 'code-server';
}

/** The desktop VS Code's executable, or undefined where its download fails and code-server will do. */
function prepareDesktop(node) {
  const script =
    "import { downloadAndUnzipVSCode } from '@vscode/test-electron';" +
    "try { console.log('executable ' + (await downloadAndUnzipVSCode())); }" +
    'catch (error) { console.error(error.message); process.exitCode = 1; }';
  say('VS Code for the desktop (downloaded once, into .vscode-test)');
  const answer = spawnSync(node, ['--input-type=module', '--eval', script], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const executable = /^executable (.+)$/m.exec(answer.stdout ?? '')?.[1];
  if (answer.status === 0 && executable !== undefined) return executable;
  if (process.env.HOTFRAME_HOST === 'desktop') throw new Missing('The desktop VS Code could not be downloaded.');
  say('The desktop VS Code could not be downloaded; code-server is used instead.');
  return undefined;
}

/** `npm test` drives the workbench in a browser besides; `npm start` needs one VS Code only. */
async function prepareHost(node, { withBrowser }) {
  const desktop = wantedHost() === 'desktop' ? prepareDesktop(node) : undefined;
  const found = { host: desktop === undefined ? 'code-server' : 'desktop', desktop };
  if (desktop === undefined || withBrowser) {
    if (isWindows) {
      throw new Missing(
        'code-server does not run on Windows; use WSL for `npm test`, or the desktop VS Code for `npm start`.',
      );
    }
    found.chromium = await prepareChromium();
    found.codeServer = await prepareCodeServer();
  }
  mkdirSync(vscodeTest, { recursive: true });
  writeFileSync(join(vscodeTest, 'host.json'), `${JSON.stringify(found, null, 2)}\n`);
}

async function main() {
  const task = process.argv[2];
  const node = await preparePackages();
  if (task === 'bench') await run(node, ['esbuild.mjs', '--production']);
  else if (task === 'start') await prepareHost(node, { withBrowser: false });
  else if (task === 'test') {
    await prepareHost(node, { withBrowser: true });
    await prepareFfmpeg();
  } else if (task !== 'package') throw new Missing('usage: node test/host/prepare.mjs start|test|bench|package');
}

main().catch((error) => {
  console.error(`[prepare] ${error instanceof Missing ? error.message : error.stack}`);
  process.exitCode = 1;
});
