/** The path of a search. A page that is read behind another is named by the Link of that one (RFC 8288). */
export async function pathOf(api, { path, ahead }) {
  if (ahead === undefined) return path;
  const { headers } = await api.get(ahead);
  return /<([^>]+)>; rel="next"/.exec(headers.link)[1];
}
