// Writes docs/events.md from the catalogue of events; with --check only says whether it is up to date (exit code 1 when not).
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = new URL('../', import.meta.url);
const CATALOGUE = 'libs/archive/src/catalogue.ts';
const PAGE = 'docs/events.md';

const printer = ts.createPrinter({ removeComments: true });

/** The page for a catalogue's source text; throws where the catalogue leaves its form. */
export function eventsPage(source) {
  const file = ts.createSourceFile(CATALOGUE, source, ts.ScriptTarget.Latest, true);
  const aliases = file.statements.filter(ts.isTypeAliasDeclaration);
  const events = new Map(aliases.filter(isEvent).map((alias) => [alias.name.text, alias]));
  const streams = file.statements.flatMap(streamsOf);
  const areas = aliases
    .filter((alias) => /^(?!Archive)\w+Event$/.test(alias.name.text))
    .map((alias) => toArea(alias, events, streams));
  const listed = new Set(areas.flatMap(({ names }) => names));
  for (const name of events.keys())
    if (!listed.has(name)) throw new Error(`${name} is in no union of ${CATALOGUE}`);
  const shapes = aliases.filter((alias) => !isEvent(alias) && !/Event$/.test(alias.name.text));
  return page(areas, events, shapes);
}

const isEvent = ({ type }) => ts.isTypeReferenceNode(type) && type.typeName.text === 'Event';

/* export const studyStream = (claim: string) => `study-${claim}`; */
function streamsOf(statement) {
  if (!ts.isVariableStatement(statement)) return [];
  return statement.declarationList.declarations.flatMap(({ name, initializer }) => {
    if (!/Stream$/.test(name.text) || !ts.isArrowFunction(initializer)) return [];
    const area = name.text.replace(/Stream$/, '');
    const parameter = initializer.parameters[0].name.text;
    const pattern = text(initializer.body)
      .replaceAll('`', '')
      .replace(/\$\{(\w+)\}/g, '<$1>');
    return [{ area, parameter, pattern }];
  });
}

/* A union's stream is named like it, or by the one field that all its events have. */
function toArea(alias, events, streams) {
  const members = ts.isUnionTypeNode(alias.type) ? alias.type.types : [alias.type];
  const names = members.map(text);
  const area = alias.name.text.replace(/Event$/, '');
  const fields = names.map(
    (name) => new Set(fieldsOf(partsOf(events.get(name)).data).map(fieldName)),
  );
  const stream =
    streams.find((each) => each.area === area.toLowerCase()) ??
    streams.find(({ parameter }) => fields.every((names) => names.has(parameter)));
  if (!stream) throw new Error(`${alias.name.text} has no stream in ${CATALOGUE}`);
  return { area, stream: stream.pattern, names };
}

function partsOf(alias) {
  if (!alias) throw new Error(`a union of ${CATALOGUE} names what is not an event`);
  const [type, data, personal] = alias.type.typeArguments;
  if (text(type) !== `'${alias.name.text}'`) throw new Error(`${alias.name.text} has another type`);
  return { data, personal };
}

const fieldsOf = (node) => (node && ts.isTypeLiteralNode(node) ? [...node.members] : []);
const fieldName = (field) => text(field.name);

function page(areas, events, shapes) {
  return `# Events

Generated from \`${CATALOGUE}\` by \`node infra/events-page.mjs\`: change the catalogue, not this page.

\`data\` is read by everyone who may read the log; the fields under *sealed* are encrypted before they are recorded (design D12).

${areas.map((area) => section(area, events)).join('\n')}
## Shapes

| name | definition | |
|---|---|---|
${shapes.map((shape) => row([code(shape.name.text), code(text(shape.type)), doc(shape)])).join('\n')}
`;
}

const section = ({ area, stream, names }, events) => `## ${area}

Stream ${code(stream)}

| event | data | sealed | |
|---|---|---|---|
${names.map((name) => eventRow(events.get(name))).join('\n')}
`;

function eventRow(alias) {
  const { data, personal } = partsOf(alias);
  return row([code(alias.name.text), cell(data), personal ? cell(personal) : '–', doc(alias)]);
}

const cell = (node) =>
  ts.isTypeLiteralNode(node) ? fieldsOf(node).map(field).join('<br>') : code(text(node));

function field(node) {
  const mark = node.questionToken ? '?' : '';
  const said = doc(node);
  return code(`${fieldName(node)}${mark}: ${text(node.type)}`) + (said && ` ${said}`);
}

const row = (cells) => `| ${cells.join(' | ')} |`;
const code = (content) => `\`${content.replaceAll('|', '\\|')}\``;
const oneLine = (content) => content.replace(/\s+/g, ' ').trim();
const text = (node) =>
  oneLine(printer.printNode(ts.EmitHint.Unspecified, node, node.getSourceFile()));
const doc = (node) =>
  oneLine(
    ts
      .getJSDocCommentsAndTags(node)
      .map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? '')
      .join(' '),
  )
    .replaceAll('|', '\\|')
    .replaceAll('<', '&lt;');

function main() {
  const page = eventsPage(catalogueText());
  const target = new URL(PAGE, ROOT);
  if (!process.argv.includes('--check')) return writeFileSync(target, page);
  if (readIfThere(target) === page) return;
  console.error(`${PAGE} is out of date: run node infra/events-page.mjs`);
  process.exitCode = 1;
}

/* The catalogue and the areas that it puts together, as one text. */
function catalogueText() {
  const folder = new URL('.', new URL(CATALOGUE, ROOT));
  const areas = readdirSync(folder).filter((name) => name.endsWith('-events.ts'));
  return ['catalogue.ts', ...areas.sort()]
    .map((name) => readFileSync(new URL(name, folder), 'utf8'))
    .join('\n');
}

function readIfThere(target) {
  try {
    return readFileSync(target, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
