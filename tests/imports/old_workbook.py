"""A workbook of the format before 2007, which nothing in our environment can write."""

import base64
import zlib

XLS = zlib.decompress(
    base64.b64decode(
        "eNrtWE1oE0EU/maz+SVNk5oKrRBCwaq1l1YFQZo1gvaitYqgSEHTZg+hdaMxHupBqzVHQfCkeCn04qXqxR/0oDcP"
        "QkUPgiAk6q0nQcFDm/XNy25NNUgDWlTmC/PmzZv3zUx23rz9eTkfK8/c66zgB6TgQdUOwldnE1SCbiMK6rdtqbp1"
        "gIqt8E8hGKCN9HnxuOWFX+6h3O8KNNzVn5EE3lMZwWkM5S0zuYbYw2vICLmGAZICt8gSQQevqo3lGMt1LO+w5xOW"
        "u9lyleUA+ZbFccwbQz07nSg+pnVxXwRy3AfMecuWPrTjuYzii9dEzdeLdCGXmfg7OxJ6GLOgfRs0LbOQmSgjThs4"
        "iy92EvjsntSnSWVfW7sA2b+utPsb2K9rOjAF+yQHeAlhfPTIHh37c2eLi0jLveVCfmP5rEmVlTllUqI9cy5jFXPF"
        "SYradJ8PIqFv13foB/VdekqXtn5yPWJaxZDM2XzGoyvOeAvHfphkFq2sx/gERCmLL97+9OrA6LBxgi1TnNdr2X+j"
        "XDBsXJIMIke4x7Mse5ixleVlHnUD650s4xS3VHcPtzvKvmn2ucK93TTPNsZrY1Odvpn00sKhh4nSB2ML6XODlfPx"
        "uTfGDLrobpQlvvxNo1f0ips3JB4Zbi2cTPGOZcdPWSOgRZ21284trhVLCLEaY1lryasjlluac60kWzRgC2Z7HH/B"
        "bHndLmiyJdn9DltrwNaY7XXYtZ3xOWyN2Qs0dEprw33pStnuO0JQUFBQUFBQUFBQ+BUEP8/Wnt7lM6rXeT/wO991"
        "lqhU1WeS/xaHkadfkV5M98KiuoDJpuJnPbzCHUuskuN+L5Q4SrMXMI5RXsd40/FL73ei/v+smhj9fUeo2fmrzazz"
        "D8//DYJpzXE="
    )
)
