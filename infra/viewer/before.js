/* What the viewer expects of its page before it starts. */
window.PUBLIC_URL = '/viewer/';
window.browserImportFunction = (address) => import(address);
