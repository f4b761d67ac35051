"""A device built on pymodbus, for the tests: prints its port, serves until it is killed. Units 1 and 2 are apart."""

import asyncio

from pymodbus.constants import Endian
from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.payload import BinaryPayloadBuilder
from pymodbus.server import async_io


def numbers(wordorder):
    builder = BinaryPayloadBuilder(byteorder=Endian.Big, wordorder=wordorder)
    builder.add_32bit_float(12.5)
    builder.add_64bit_int(-5_000_000_000_000)
    return builder.to_registers()


def unit(offset):
    context = ModbusSlaveContext(
        di=ModbusSequentialDataBlock(0, [i % 3 == 0 for i in range(500)]),
        co=ModbusSequentialDataBlock(0, [False] * 500),
        hr=ModbusSequentialDataBlock(0, [0] * 500),
        ir=ModbusSequentialDataBlock(0, [offset + i for i in range(500)]),
        zero_mode=True,
    )
    context.setValues(3, 400, numbers(Endian.Big))
    context.setValues(3, 410, numbers(Endian.Little))
    return context


async def main():
    context = ModbusServerContext(slaves={1: unit(1000), 2: unit(2000)}, single=False)
    server = async_io.ModbusTcpServer(context, address=("127.0.0.1", 0))
    serving = asyncio.ensure_future(server.serve_forever())
    while server.server is None:
        await asyncio.sleep(0.01)
    print(server.server.sockets[0].getsockname()[1], flush=True)
    await serving


asyncio.run(main())
