"""Reads messages of HL7 v2 as python3-hl7 does: a JSON list of {message, paths} comes in, a list of lists of values goes out.

A path is [segment name, occurrence of the segment, field, repetition, component, subcomponent], all counted from 1.
"""

import json
import sys

import hl7


def value(message, path):
    name, occurrence, field, repetition, component, subcomponent = path
    return message.extract_field(name, occurrence, field, repetition, component, subcomponent)


def read(asked):
    message = hl7.parse(asked["message"])
    return [value(message, path) for path in asked["paths"]]


json.dump([read(asked) for asked in json.load(sys.stdin)], sys.stdout)
