/** Pictures that aren't the judge's within one level, each with its reason. */
export const KNOWN_DIFFERENCES: readonly Readonly<{ reason: string; files: readonly string[] }>[] =
  [
    {
      reason:
        'no window: the judge counts padding among the least and greatest values, we leave it out',
      files: [
        'dicomParser/CT1_UNC.explicit_big_endian.dcm',
        'dicomParser/CT1_UNC.explicit_little_endian.dcm',
        'dicomParser/CT1_UNC.implicit_little_endian.dcm',
        'dicomParser/CT1_UNC.fragmented_bot_jpeg_ls.80.dcm',
        'dicomParser/CT1_UNC.fragmented_no_bot_jpeg_ls.80.dcm',
        'dicomParser/CT1_UNC.not_fragmented_bot_jpeg_ls.80.dcm',
        'dicom-test-files/J2KR__CT1_J2KR',
        'dicom-test-files/JLSL__CT1_JLSL',
        'dicom-test-files/JPLL__CT1_JPLL',
        'dicom-test-files/RLE__CT1_RLE',
        'fo-dicom/D_CLUNIE_CT1_RLE_FRAGS.dcm',
      ],
    },
    {
      reason:
        'the window is written as UN: we know its VR from the dictionary, the judge sees none',
      files: [
        'cornerstone3D/CTImage.dcm_JPEG2000LosslessOnlyTransferSyntax_1.2.840.10008.1.2.4.90.dcm',
        'cornerstone3D/CTImage.dcm_JPEG2000TransferSyntax_1.2.840.10008.1.2.4.91.dcm',
        'cornerstone3D/CTImage.dcm_JPEGLSLossyTransferSyntax_1.2.840.10008.1.2.4.81.dcm',
      ],
    },
    {
      reason: 'says RGB, but its JPEG stream is YCbCr: the judge believes the data set',
      files: [
        'dicom-test-files/SC_rgb_jpeg_lossy_gdcm.dcm',
        'dicom-server/layer1.dcm',
        'healthcare-dicom-dicomweb-adapter/example-mg.dcm',
        'healthcare-dicom-dicomweb-adapter/example.dcm',
        'healthcare-dicom-dicomweb-adapter/example2.dcm',
      ],
    },
    {
      reason: 'a frame of a single value: black here, white there',
      files: [
        'highdicom/seg_image_sm_control_labelmap.dcm',
        'highdicom/seg_image_sm_dots.dcm',
        'dcmqi/seg__label.seg',
      ],
    },
    {
      reason: 'YBR_FULL to RGB: the judge cuts fractions off, three times a sample',
      files: ['pydicom-data/SC_ybr_full_uncompressed.dcm'],
    },
  ];

/** Files that none of the judges here can draw. */
export const WITHOUT_JUDGE: readonly string[] = [
  'broken/pydicom-data/HTJ2KLossless_08_RGB.dcm',
  'broken/pydicom-data/emri_small_jpeg_2k_lossless_too_short.dcm',
  'broken/dicom-fuzzing-corpus/cat03_sequence_nesting__TC0277_missing_delim.dcm',
  'dicom-server/FromJPEG2000Lossless__Input.dcm',
  'dicom-server/FromJPEG2000Lossy__Input.dcm',
  'dicom-test-files/JLSL__MR1_JLSL',
  'dicomParser/CT0012.fragmented_no_bot_jpeg_ls.80.dcm',
  'pydicom-data/SC_rgb_32bit_2frame.dcm',
  'pydicom-data/liver_deflate.dcm',
  'pydicom-data/liver_rle.dcm',
];

/** Twelve-bit JPEG has no decoder here yet; one file says a transfer syntax that there isn't. */
export const WITHOUT_CODEC: readonly string[] = [
  'pydicom/JPEG-lossy.dcm',
  'pydicom/JPGExtended.dcm',
  'dicomParser/CT0012.fragmented_no_bot_jpeg_baseline.51.dcm',
  'dicom-test-files/JPLY__MR1_JPLY',
  'dicom-test-files/JPLY__MR2_JPLY',
  'dicom-test-files/JPLY__MR3_JPLY',
  'dicom-test-files/JPLY__MR4_JPLY',
  'dicom-test-files/JPLY__XA1_JPLY',
  'dicom-test-files/JPLY__MG1_JPLY',
  'cornerstone3D/CTImage.dcm_JPEGProcess10_12TransferSyntax_1.2.840.10008.1.2.4.55.dcm',
  'cornerstone3D/CTImage.dcm_JPEGProcess2_4TransferSyntax_1.2.840.10008.1.2.4.51.dcm',
  'broken/dicom-fuzzing-corpus/cat07_file_meta__TC0401_invalid_ts.dcm',
];
