import { evaluate } from './evaluate/evaluate.mjs';
import { helpText, readOptions } from './evaluate/options.mjs';
import { reportOf } from './evaluate/report.mjs';
import { isGood } from './evaluate/score.mjs';

process.exitCode = main(readOptions(process.argv.slice(2)));

function main(options) {
  if (options.wrong !== undefined)
    return told(process.stderr, `${options.wrong}\n\n${helpText}`, 2);
  if (options.help) return told(process.stdout, helpText, 0);
  const { score, ablation } = evaluate(options, (line) =>
    process.stderr.write(`evaluate: ${line}\n`),
  );
  const lines = reportOf(options, score, ablation);
  return told(process.stdout, `${lines.join('\n')}\n`, isGood(score) ? 0 : 1);
}

function told(stream, text, code) {
  stream.write(text);
  return code;
}
