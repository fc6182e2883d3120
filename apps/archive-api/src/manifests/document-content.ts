import type { ManifestDocument } from '#archive/manifest-events';
import { openManifest } from '#index/manifest-content';
import { manifestContentStatement, manifestRowStatement } from '#index/manifest-search';
import type { Answer } from '../answer.js';
import type { Caller } from '../caller/caller.js';
import { FHIR_JSON, resourceAnswer } from '../fhir/fhir-answer.js';
import { goneForGood, notFound, ProblemException } from '../problem.js';
import { entityTag, isUnchanged, unchanged, validatorHeaders } from '../retrieve/validator.js';
import { DOCUMENT_FORMS } from './document-forms.js';
import { readDocumentId } from './document-id.js';
import type { DocumentPorts } from './manifest-ports.js';

export type ContentAsked = Readonly<{
  caller: Caller;
  id: string;
  resource: 'Binary' | 'Bundle';
  accept: string | undefined;
  ifNoneMatch: string | undefined;
}>;

/** Asked for in place of a study that isn't there, so that its not being there is no other work than its being refused. */
const NO_STUDY = { study: '2.25.0', claim: '0'.repeat(32) };

/** The bytes of a document, through the gate that all metadata go through. 410 for one that was replaced long ago, or whose study is gone. */
export async function documentContent(
  ports: DocumentPorts,
  { caller, id, resource, accept, ifNoneMatch }: ContentAsked,
): Promise<Answer> {
  const named = readDocumentId(id);
  const isThere = named !== undefined && DOCUMENT_FORMS[named.encoding].resource === resource;
  const [row] = isThere ? await ports.findable.rows(manifestRowStatement(named.manifest)) : [];
  const claim = String(row?.['claim'] ?? NO_STUDY.claim);
  const study = String(row?.['study_uid'] ?? NO_STUDY.study);
  await ports.permit(caller, { study, claim }, 'manifest');
  const document = documentIn(row?.['documents'], named?.encoding);
  if (named === undefined || document === undefined) throw new ProblemException(notFound());
  const isWrapped = resource === 'Binary' && wantsResource(accept);
  const tag = entityTag(document.sha256, ...(isWrapped ? ['json'] : []));
  if (isUnchanged(ifNoneMatch, tag)) return unchanged(tag);
  const body = await contentOf(ports, { ...named, claim });
  const { contentType } = DOCUMENT_FORMS[named.encoding];
  if (isWrapped) {
    const binary = { resourceType: 'Binary', id, contentType, data: body.toString('base64') };
    return resourceAnswer(binary, 200, validatorHeaders(tag));
  }
  const type = resource === 'Bundle' ? `${FHIR_JSON}; charset=utf-8` : contentType;
  const headers = { ...validatorHeaders(tag), 'content-type': type, 'content-length': body.length };
  return { status: 200, headers, body };
}

const documentIn = (documents: unknown, encoding: string | undefined) =>
  (JSON.parse(String(documents ?? '[]')) as readonly ManifestDocument[]).find(
    (one) => one.encoding === encoding,
  );

/** FHIR R4 §2.38: a client that asks for FHIR gets the resource, all others what is in it. */
const wantsResource = (accept = ''): boolean => /application\/(fhir\+)?json/.test(accept);

type Content = Readonly<{ manifest: string; encoding: string; claim: string }>;

async function contentOf(
  { findable, keys }: DocumentPorts,
  { manifest, encoding, claim }: Content,
): Promise<Buffer> {
  const [row] = await findable.rows(manifestContentStatement(manifest, encoding));
  const key = (await keys.find([claim])).get(claim);
  if (row === undefined || key === 'destroyed') throw new ProblemException(goneForGood());
  if (key === undefined) throw new Error('a manifest is kept whose study never had a key');
  return openManifest(key.secret, { manifest, encoding }, row['body'] as Buffer);
}
