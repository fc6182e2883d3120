/* How the viewer reads from this archive: from its own origin, with whatever session or proxy there is. */
const dicomWeb = `${window.location.origin}/dicom-web`;

window.config = {
  name: 'Arkim',
  routerBasename: '/viewer/',
  extensions: [],
  modes: [],
  /* A double click opens the viewer, also for studies without images; segmentations are drawn on images. */
  modesConfiguration: {
    '@ohif/mode-longitudinal': { nonModeModalities: { $set: ['SM', 'ANN'] } },
    '@ohif/mode-segmentation': {
      nonModeModalities: { $push: ['SR', 'SEG', 'RTSTRUCT', 'RTPLAN', 'PR', 'KO', 'ANN'] },
    },
  },
  customizationService: { 'ohif.tours': { $set: [] } },
  showStudyList: true,
  maxNumberOfWebWorkers: 3,
  showWarningMessageForCrossOrigin: false,
  showCPUFallbackMessage: false,
  showLoadingIndicator: true,
  strictZSpacingForVolumeViewport: true,
  groupEnabledModesFirst: true,
  investigationalUseDialog: { option: 'never' },
  maxNumRequests: { interaction: 100, thumbnail: 5, prefetch: 25 },
  showErrorDetails: 'production',
  whiteLabeling: {
    createLogoComponentFn: (React) =>
      React.createElement(
        'a',
        {
          href: '/',
          title: 'To the start page',
          style: { color: 'white', fontSize: '20px', fontWeight: 600, padding: '0 12px' },
        },
        'Arkim',
      ),
  },
  defaultDataSourceName: 'arkim',
  dataSources: [
    {
      namespace: '@ohif/extension-default.dataSourcesModule.dicomweb',
      sourceName: 'arkim',
      configuration: {
        friendlyName: 'Arkim',
        name: 'arkim',
        wadoUriRoot: `${window.location.origin}/wado`,
        qidoRoot: dicomWeb,
        wadoRoot: dicomWeb,
        qidoSupportsIncludeField: true,
        imageRendering: 'wadors',
        thumbnailRendering: 'wadors',
        enableStudyLazyLoad: true,
        supportsFuzzyMatching: false,
        supportsWildcard: true,
        supportsReject: false,
        dicomUploadEnabled: false,
        singlepart: 'bulkdata,video',
        bulkDataURI: { enabled: true, relativeResolution: 'studies' },
        omitQuotationForMultipartRequest: true,
      },
    },
  ],
  /* Nobody is signed in, or no longer: the start page says what to do. */
  httpErrorHandler: (error) => {
    if (error.status === 401) window.location.assign('/');
  },
};
