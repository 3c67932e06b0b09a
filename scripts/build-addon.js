/**
 * Builds the native addon and the engine; npm runs this as its install script, with whatever Node the machine
 * has (20 or later). It works without network: node-gyp comes from npm, the headers from an installed Node.
 *
 * In: binding.gyp, native/. Out: alived.node and alived-engine in build/Release. `--force` builds even when
 * nothing changed.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const target = join(root, 'build/Release/alived.node');
const engine = join(root, 'build/Release/alived-engine');
const nodeGypInNpm = 'node_modules/node-gyp/bin/node-gyp.js';

function isCurrent() {
  if (!existsSync(target) || !existsSync(engine)) return false;
  const builtAt = Math.min(statSync(target).mtimeMs, statSync(engine).mtimeMs);
  const sources = readdirSync(join(root, 'native'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(cc|h)$/.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  return [join(root, 'binding.gyp'), ...sources].every((source) => statSync(source).mtimeMs <= builtAt);
}

/** Real path of a program on PATH. */
function onPath(program) {
  const found = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, program))
    .find(existsSync);
  return found === undefined ? undefined : realpathSync(found);
}

function findNodeGyp() {
  const npmCli = [process.env.npm_execpath, onPath('npm')].filter((path) => path && existsSync(path));
  return [
    process.env.npm_config_node_gyp,
    // npm's command is bin/npm-cli.js of its package.
    ...npmCli.map((path) => join(dirname(dirname(realpathSync(path))), nodeGypInNpm)),
    join(dirname(dirname(process.execPath)), 'lib/node_modules/npm', nodeGypInNpm),
    onPath('node-gyp'),
  ].find((path) => path && existsSync(path));
}

/** A folder with include/node, so that node-gyp does not have to download headers. Undefined = let it. */
function findHeaders() {
  return [
    process.env.npm_config_nodedir,
    dirname(dirname(realpathSync(process.execPath))),
    join(root, 'node_modules', `node-linux-${process.arch}`),
    '/usr',
  ].find((folder) => folder && existsSync(join(folder, 'include/node/node_api.h')));
}

function missingTools() {
  const runs = (program) => spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
  const compiler = process.env.CXX ? [process.env.CXX] : ['g++', 'c++', 'clang++'];
  const missing = [];
  if (!compiler.some((program) => runs(program.split(' ')[0])))
    missing.push('a C++17 compiler (g++ or clang++)');
  if (!runs('make')) missing.push('make');
  if (!runs(process.env.PYTHON ?? 'python3')) missing.push('python3');
  return missing;
}

function fail(text) {
  console.error(`alived: cannot build the native addon: ${text}`);
  process.exit(1);
}

function build() {
  const missing = missingTools();
  if (missing.length > 0) {
    fail(
      `missing ${missing.join(', ')}.\n` +
        'Debian, Ubuntu: apt-get install g++ make python3\n' +
        'Fedora, RHEL:   dnf install gcc-c++ make python3\n' +
        'Alpine:         apk add g++ make python3 linux-headers',
    );
  }
  const nodeGyp = findNodeGyp();
  if (nodeGyp === undefined) fail('node-gyp was not found; it comes with npm, or: npm install -g node-gyp');
  const headers = findHeaders();
  const args = [nodeGyp, 'rebuild', ...(headers === undefined ? [] : [`--nodedir=${headers}`])];
  // binding.gyp asks `node` where node-addon-api is, so this Node comes first on PATH.
  const path = [dirname(process.execPath), process.env.PATH].filter(Boolean).join(delimiter);
  const run = spawnSync(process.execPath, args, {
    cwd: root,
    env: { ...process.env, PATH: path },
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (run.error) fail(run.error.message);
  if (run.status !== 0 || !existsSync(target) || !existsSync(engine)) {
    console.error(`${run.stdout}${run.stderr}`);
    fail(`node-gyp ended with status ${run.status}; its output is above.`);
  }
  console.log(`alived: built ${target}`);
}

if (process.platform !== 'linux') fail(`alived runs on Linux only, not on ${process.platform}.`);
if (process.argv.includes('--force') || !isCurrent()) build();
