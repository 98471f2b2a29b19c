from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from Crypto.PublicKey import DSA, RSA
from Cryptodome.Cipher import ARC2, DES, XOR, Blowfish as B
from Cryptodome.PublicKey import RSA as RSA2
import Crypto.Cipher.AES
import pycrypto
import pyghmi
import httpoxy
import wsgiref.handlers
from twisted.web.twcgi import CGIScript
import xmlrpclib
import lxml.etree, defusedxml
dsa.generate_private_key(1024, backend); dsa.generate_private_key(key_size=2048); rsa.generate_private_key(3, 512)
rsa.generate_private_key(public_exponent=65537,
                         key_size=1024,
                         backend=x); ec.generate_private_key(ec.SECT163K1, x); ec.generate_private_key(curve=ec.SECP192R1)
DSA.generate(bits=512); DSA.generate(4096); RSA.generate(1024); RSA2.generate(bits=x); RSA.generate()
rsa.generate_private_key(key_size=SIZE); ec.generate_private_key(ec.SECP384R1())
ARC2.new(key); DES.new(key); XOR.new(key); B.new(key)
Cipher(algorithms.ARC4(key), mode=None); Cipher(algorithms.AES(key), modes.ECB()); algorithms.IDEA(key); modes.ECB(iv)
xml.etree.ElementTree.parse(x); xml.sax.parseString(x, y); xml.dom.pulldom.parse(x); xml.dom.expatbuilder.parse(x)
lxml.etree.parse(x); lxml.etree.RestrictedElement(); xml.sax.expatreader.create_parser(); xml.dom.minidom.parseString(x)
wsgiref.handlers.CGIHandler(); CGIScript(x); xmlrpclib.Server(x)
telnetlib.Telnet(h); ftplib.FTP(h); FTP_TLS(h); six.moves.input(); HTTPSConnection(h); httplib.HTTPSConnection(h)
