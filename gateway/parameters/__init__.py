"""Kinds of parameters: how a raw value becomes a checked one, and how the schema describes it.

A raw value is what the strict parser hands over: `str` (a text, or a query string's value),
`Number` (a JSON number by its digits), `bool`, `None`, or a list or dict of these.
"""

from gateway.parameters.base import Parameter, bad
from gateway.parameters.figures import Boolean, Choice, Integer, Quantity
from gateway.parameters.lists import Many, Sorts
from gateway.parameters.texts import FreeText, Json, Name
from gateway.parameters.times import Day, Moment, Period, WallTime

__all__ = [
    "Boolean",
    "Choice",
    "Day",
    "FreeText",
    "Integer",
    "Json",
    "Many",
    "Moment",
    "Name",
    "Parameter",
    "Period",
    "Quantity",
    "Sorts",
    "WallTime",
    "bad",
]
