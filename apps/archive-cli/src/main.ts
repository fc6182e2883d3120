import { OperatorFault } from '#platform/operator-fault';
import { type Command, type Terminal, UsageFault } from './command.js';
import { commands } from './commands.js';

const terminal: Terminal = {
  answer: (line) => process.stdout.write(`${line}\n`),
  progress: (line) => process.stderr.write(`${line}\n`),
};

/* `arkim <command>`: exit code 0 for good, 1 when the work failed, 2 for wrong arguments. */
const [name = '--help', ...args] = process.argv.slice(2);
try {
  process.exitCode = await main();
} catch (error) {
  process.exitCode = tell(error);
}

async function main(): Promise<number> {
  if (name === '--help' || name === '-h' || name === 'help') return listCommands();
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!load) throw new UsageFault(`there is no command ${name}; see arkim --help`);
  const command = await load();
  if (args.includes('--help') || args.includes('-h')) return showHelp(command);
  return command.run(args, terminal);
}

async function listCommands(): Promise<number> {
  terminal.answer('arkim <command> [options]; arkim <command> --help tells more\n');
  for (const [verb, load] of Object.entries(commands))
    terminal.answer(`  ${verb.padEnd(12)}${(await load()).summary}`);
  return 0;
}

function showHelp(command: Command): number {
  terminal.answer(command.help);
  return 0;
}

function tell(error: unknown): number {
  if (isUsage(error)) {
    terminal.progress(`arkim ${name}: ${error.message}`);
    return 2;
  }
  const text = error instanceof OperatorFault ? error.message : describe(error);
  terminal.progress(`arkim ${name}: ${text}`);
  return 1;
}

function isUsage(error: unknown): error is Error {
  if (error instanceof UsageFault) return true;
  return (
    error instanceof TypeError &&
    'code' in error &&
    String(error.code).startsWith('ERR_PARSE_ARGS_')
  );
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
