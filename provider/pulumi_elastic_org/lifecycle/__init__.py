"""What happens when an engine calls, once for all kinds of resources and for every face.

    interface       a kind as the base of all, the values that it answers with, and how a call ends that did not do what was asked
    served          a kind as every face calls it: what holds for each call of each kind
    properties      the table of a kind's properties, and what follows from it
    reviewed        a kind of an organization that is compared with what is live each time
    phase           what one preview, update or refresh shares, beginning with where key and organization come from; a test opens
                    its own
    organization    the live organization, read once a phase, and what the guards need to know of it
    people          changes of people, planned, guarded and carried out together with those of every other resource
    batching        requests that arrive together travel together; `batch` what one of them does

No protocol of Pulumi's enters: neither `pulumi.dynamic` nor gRPC. Decisions about people are made in `model`, changes by `apply`.
"""
