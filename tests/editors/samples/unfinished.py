import requests
import yaml


def fetch(url):
    return requests.get(url)


def half_written(order):
    if order.total > 100
        discount = order.total *
    return


class Prices:
    def read(self, file):
        return yaml.load(file, Loader=yaml.Loader)
