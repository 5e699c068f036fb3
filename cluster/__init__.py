"""The same index on an OpenSearch cluster, for what one machine cannot hold.

Stories go there as documents that are matched by the terms of `index.analysis`, and come back
as the same stories; questions are the same trees. `cluster.location` says where, `cluster.client`
is how the cluster is spoken to, `cluster.mapping` what it is told of newsq's fields.
"""
