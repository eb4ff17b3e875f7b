"""Bus tickets: turns the downloaded JSON of a day into the values that programs use."""

import csv
import json
import os


def prepare(body):
    """(date, number of offers, lowest price) of a day."""
    day = json.loads(body)
    prices = [offer["price"] for offer in day["prices"]]
    return day["date"], len(prices), min(prices)


def store(days, out):
    """Writes all days, in order, to prices.csv in the folder `out`."""
    with open(os.path.join(out, "prices.csv"), "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(sorted(days))
