import type { CodedImage } from '#dicom/coded-image';

const BITS_OF_A_BYTE = 8;

/** Adds what a data set may leave out of the Image Pixel Description Macro when its pixels are compressed (PS3.18 §10.5.2); what is there stays. */
export function withPixelDescription(dataSet: unknown, image: CodedImage): unknown {
  if (typeof dataSet !== 'object' || dataSet === null || Array.isArray(dataSet)) return dataSet;
  return { ...describe(image), ...dataSet };
}

function describe(image: CodedImage): object {
  const { rows, columns, samples, bitsStored, isSigned, photometricInterpretation } = image;
  const whole = (value: number) => ({ vr: 'US', Value: [value] });
  return {
    '00280002': whole(samples),
    '00280004': { vr: 'CS', Value: [photometricInterpretation] },
    ...(samples > 1 ? { '00280006': whole(0) } : {}),
    '00280010': whole(rows),
    '00280011': whole(columns),
    '00280100': whole(bitsStored > BITS_OF_A_BYTE ? 2 * BITS_OF_A_BYTE : BITS_OF_A_BYTE),
    '00280101': whole(bitsStored),
    '00280102': whole(bitsStored - 1),
    '00280103': whole(isSigned ? 1 : 0),
  };
}
