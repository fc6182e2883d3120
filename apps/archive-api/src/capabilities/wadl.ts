import type { FoundResource, Resource } from './resource-tree.js';
import type { QueryParameter, RouteRow } from './route-row.js';

/** A WADL element as PS3.18 Annex G writes it in JSON: `@name` an attribute, an object a child that is there once, an array children of one name. */
export type WadlElement = Readonly<{
  [name: string]: string | WadlElement | readonly WadlElement[];
}>;

/** The WADL document of a resource and all below it (PS3.18 Annex H). `origin` is scheme and authority; the base URL is that of the DICOMweb service where the resource belongs to it. */
export function wadlOf({ template, resource }: FoundResource, origin: string): WadlElement {
  const [service = '', ...rest] = template.split('/');
  const isService = service === SERVICE;
  const path = isService ? rest.join('/') : template;
  const listed =
    path === '' ? resource.children.map((child) => element(child)) : [element(resource, path)];
  const base = isService ? `${origin}/${SERVICE}` : origin;
  return {
    application: {
      '@xmlns': NAMESPACE,
      '@xmlns:xs': XML_SCHEMA,
      resources: { '@base': base, resource: listed },
    },
  };
}

const SERVICE = 'dicom-web';
const NAMESPACE = 'http://wadl.dev.java.net/2009/02';
const XML_SCHEMA = 'http://www.w3.org/2001/XMLSchema';

const element = ({ segment, rows, children }: Resource, path = segment): WadlElement => {
  const variables = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) =>
    templateParameter(name),
  );
  return {
    '@path': path,
    ...many('param', variables),
    ...many('method', rows.map(methodElement)),
    ...many(
      'resource',
      children.map((child) => element(child)),
    ),
  };
};

const templateParameter = (name: string): WadlElement => ({
  '@name': name,
  '@style': 'template',
  '@type': 'xs:string',
  '@required': 'true',
});

const methodElement = (row: RouteRow): WadlElement => ({
  '@name': row.method,
  '@id': row.id,
  doc: [{ '@title': row.title, value: demandText(row) }],
  request: {
    param: [acceptParameter(row.gives), ...(row.query ?? []).map(queryParameter)],
    ...many('representation', (row.takes ?? []).map(representation)),
  },
  response: [
    { '@status': row.success, ...many('representation', row.gives.map(representation)) },
    { '@status': row.failure, representation: [representation('application/problem+json')] },
  ],
});

const demandText = ({ demands }: RouteRow): string => {
  if (demands === 'nothing') return 'Needs no token.';
  if (demands === 'cds-client') return 'Needs a JWT of a registered client of CDS Hooks.';
  if (demands === 'token') return 'Needs a token of any role.';
  return `Needs a token of a role that permits: ${demands}.`;
};

const acceptParameter = (types: readonly string[]): WadlElement => ({
  '@name': 'Accept',
  '@style': 'header',
  ...(types[0] === undefined ? {} : { '@default': types[0] }),
  option: types.map((value) => ({ '@value': value })),
});

const queryParameter = ({ name, type, options, repeating }: QueryParameter): WadlElement => ({
  '@name': name,
  '@style': 'query',
  ...(type === undefined ? {} : { '@type': type }),
  ...(repeating === true ? { '@repeating': 'true' } : {}),
  ...many(
    'option',
    (options ?? []).map((value) => ({ '@value': value })),
  ),
});

const representation = (mediaType: string): WadlElement => ({ '@mediaType': mediaType });

const many = (name: string, elements: readonly WadlElement[]): WadlElement =>
  elements.length === 0 ? {} : { [name]: elements };
