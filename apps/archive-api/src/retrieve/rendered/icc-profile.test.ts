import sharp from 'sharp';
import { expect, test } from 'vitest';
import { jpegWithProfile, pngWithProfile } from './icc-profile.js';

const raw = { width: 4, height: 4, channels: 3 } as const;
const picture = () => sharp(Buffer.alloc(48, 99), { raw });

/** A real profile, made longer than one JPEG segment by a tail that no reader looks at. */
async function profileOf(bytes: number): Promise<Buffer> {
  const { icc } = await sharp(await picture().withIccProfile('srgb').png().toBuffer()).metadata();
  const profile = Buffer.concat([icc ?? Buffer.alloc(0), Buffer.alloc(bytes)]);
  profile.writeUInt32BE(profile.length, 0);
  return profile;
}

test.each([0, 200_000])(
  'a profile with %i bytes more comes back from JPEG and PNG',
  async (more) => {
    const profile = await profileOf(more);
    const jpeg = jpegWithProfile(await picture().jpeg().toBuffer(), profile);
    const png = pngWithProfile(await picture().png().toBuffer(), profile);
    for (const encoded of [jpeg, png])
      expect((await sharp(encoded).metadata()).icc?.equals(profile)).toBe(true);
  },
);
