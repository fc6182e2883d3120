import type { FramePorts } from '../frame-source.js';
import type { KeptFrames } from '../kept-frames.js';
import type { LocatePorts } from '../locate.js';
import { type ByteGate, byteGate } from './byte-gate.js';
import type { FrameDisplayer } from './display-pool.js';

export const RENDER = Symbol('Render');

export type RenderPorts = LocatePorts &
  FramePorts &
  Readonly<{
    display: FrameDisplayer;
    /** Encoded pictures that were asked for lately. */
    keptPictures: KeptFrames;
    /** Bounds the frames that are in memory while pictures are made of them. */
    gate: ByteGate;
    /** Bounds how many pictures are encoded at once: encoders run on threads that reading files needs too. */
    encoders: ByteGate;
    /** The same for animations, which take seconds: stills never wait for them. */
    animators: ByteGate;
  }>;

const MEBIBYTE = 1024 * 1024;

export const KEPT_PICTURES_BYTES_MAX = 64 * MEBIBYTE;

/** Stored, native and drawn bytes of all pictures that are being made; pictures that wait, and for how long. */
const IN_THE_MAKING = { bytesMax: 384 * MEBIBYTE, waitingMax: 256, waitMs: 30_000 };

/** However small a picture is, it counts for so much: a few dozen are made at once, the others wait in turn. */
export const PICTURE_BYTES_MIN = 8 * MEBIBYTE;

const ENCODERS = { bytesMax: 2, waitingMax: 64, waitMs: 60_000 };

export const pictureGate = (): ByteGate => byteGate(IN_THE_MAKING);

/** Each encoder counts one. */
export const encoderGate = (): ByteGate => byteGate(ENCODERS);

const ANIMATORS = { bytesMax: 1, waitingMax: 8, waitMs: 60_000 };

export const animatorGate = (): ByteGate => byteGate(ANIMATORS);
