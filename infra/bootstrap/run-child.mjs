import { spawn } from 'node:child_process';

const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };

/**
 * Runs a program, passes signals on to it and resolves to its exit code (128 + n when a signal ended it). npm sends its
 * SIGTERM to us only, a terminal's Ctrl-C reaches the program twice: it has to ignore the second.
 */
export function runChild(program, args, options = {}) {
  const child = spawn(program, args, { stdio: 'inherit', ...options });
  const pass = (signal) => child.kill(signal);
  const signals = process.stdin.isTTY ? Object.keys(SIGNALS) : ['SIGINT', 'SIGTERM'];
  for (const signal of signals) process.on(signal, pass);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      for (const name of signals) process.off(name, pass);
      resolve(code ?? 128 + (SIGNALS[signal] ?? 9));
    });
  });
}

/** Runs a program to its end and resolves to its exit code and everything it said. */
export function captureChild(program, args, options = {}) {
  const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const chunks = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => chunks.push(chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) =>
      resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString() }),
    );
  });
}
